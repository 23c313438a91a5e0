// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Savings} from "../src/Savings.sol";
import {vm} from "../src/Vm.sol";
import {UsdcFace, useUsdcFace} from "../test/UsdcFace.sol";

/// Deploys the contract and saves two USDC in it through the ERC-20 face:
/// `forge script script/SaveUnits.s.sol --rpc-url http://127.0.0.1:8545 --broadcast --skip-simulation --private-key KEY`
/// Before it broadcasts, forge runs a script in its own EVM, where the face needs its stand-in.
contract SaveUnits {
    function run() external returns (Savings savings) {
        useUsdcFace();
        vm.startBroadcast();
        savings = new Savings();
        UsdcFace(address(savings.USDC())).approve(address(savings), 2_000_000);
        savings.saveUnits(2_000_000);
        vm.stopBroadcast();
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Savings} from "../src/Savings.sol";
import {vm} from "../src/Vm.sol";

/// Deploys the contract and saves one USDC in it:
/// `forge script script/Deploy.s.sol --rpc-url http://127.0.0.1:8545 --broadcast --private-key KEY`
contract Deploy {
    function run() external returns (Savings savings) {
        vm.startBroadcast();
        savings = new Savings();
        (bool sent, ) = address(savings).call{value: 1 ether}("");
        require(sent, "not saved");
        vm.stopBroadcast();
    }
}

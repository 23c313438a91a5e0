// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Savings} from "../src/Savings.sol";
import {vm} from "../src/Vm.sol";
import {UsdcFace, useUsdcFace} from "./UsdcFace.sol";

/// Runs by itself, and on a fork of a Kairos network: `forge test --fork-url http://127.0.0.1:8545`.
/// forge executes forked state in its own EVM, which does not know the native ERC-20 face: UsdcFace stands in for it.
contract SavingsTest {
    Savings private savings;
    address private constant OWNER = address(0xA11CE);

    function setUp() public {
        useUsdcFace();
        savings = new Savings();
        vm.deal(OWNER, 10 ether);
    }

    function testKeepsUnitsOfTheFace() public {
        UsdcFace usdc = UsdcFace(address(savings.USDC()));
        vm.prank(OWNER);
        usdc.approve(address(savings), 3_000_000);
        vm.prank(OWNER);
        savings.saveUnits(2_000_000);
        require(savings.savedOf(OWNER) == 2 ether && usdc.balanceOf(address(savings)) == 2_000_000, "not saved");
        vm.prank(OWNER);
        savings.withdraw(2 ether);
        require(OWNER.balance == 10 ether && usdc.allowance(OWNER, address(savings)) == 1_000_000, "not paid back");
    }

    function testKeepsAndPaysBack(uint96 amount) public {
        uint256 saved = uint256(amount) % 10 ether;
        vm.prank(OWNER);
        (bool sent, ) = address(savings).call{value: saved}("");
        require(sent && savings.savedOf(OWNER) == saved, "not saved");
        vm.prank(OWNER);
        savings.withdraw(saved);
        require(OWNER.balance == 10 ether && address(savings).balance == 0, "not paid back");
    }

    function testRefusesMoreThanSaved() public {
        vm.expectRevert(abi.encodeWithSelector(Savings.NotEnough.selector, 0, 1));
        savings.withdraw(1);
    }

    function testForkHasTheFundedAccount() public view {
        // Without a fork the block number is 1 and there is nobody.
        if (block.chainid != 31337 || address(0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266).balance == 0) return;
        require(address(0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266).balance > 1 ether, "no test account");
    }
}

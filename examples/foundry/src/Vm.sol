// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// The few of Foundry's cheat codes that this example uses. Projects with forge-std import its Vm instead.
interface Vm {
    function deal(address account, uint256 balance) external;

    function etch(address account, bytes calldata code) external;

    function allowCheatcodes(address account) external;

    function prank(address sender) external;

    function expectRevert(bytes calldata data) external;

    function startBroadcast() external;

    function stopBroadcast() external;
}

Vm constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

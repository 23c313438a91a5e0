// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {vm} from "../src/Vm.sol";

/// Stands in for USDC's native ERC-20 face in forge's own EVM: balances are the accounts' native ones, moved by a cheat
/// code. The storage is laid out as Kairos does it, so that on a fork the chain's allowances, blacklist and pause hold.
contract UsdcFace {
    uint256 private constant NATIVE_PER_UNIT = 1e12;

    address[5] private roles;
    uint256 private paused;
    uint256 private totalMinted;
    uint256 private totalBurned;
    uint256[8] private unused;
    mapping(address owner => mapping(address spender => uint256 units)) public allowance;
    mapping(address account => uint256 yes) private isMinter;
    mapping(address account => uint256 units) private minterAllowance;
    mapping(address account => uint256 yes) private blacklisted;

    event Transfer(address indexed from, address indexed to, uint256 value);
    event Approval(address indexed owner, address indexed spender, uint256 value);

    function decimals() external pure returns (uint8) {
        return 6;
    }

    function symbol() external pure returns (string memory) {
        return "USDC";
    }

    function totalSupply() external view returns (uint256) {
        return totalMinted - totalBurned;
    }

    function balanceOf(address account) public view returns (uint256) {
        return account.balance / NATIVE_PER_UNIT;
    }

    function approve(address spender, uint256 units) external returns (bool) {
        allowance[msg.sender][spender] = units;
        emit Approval(msg.sender, spender, units);
        return true;
    }

    function transfer(address to, uint256 units) external returns (bool) {
        move(msg.sender, to, units);
        return true;
    }

    function transferFrom(address from, address to, uint256 units) external returns (bool) {
        uint256 allowed = allowance[from][msg.sender];
        require(units <= allowed, "ERC20: transfer amount exceeds allowance");
        allowance[from][msg.sender] = allowed - units;
        move(from, to, units);
        return true;
    }

    function move(address from, address to, uint256 units) private {
        require(paused == 0, "Pausable: paused");
        require(blacklisted[from] == 0 && blacklisted[to] == 0, "Blacklistable: account is blacklisted");
        require(to != address(0), "ERC20: transfer to the zero address");
        require(units <= balanceOf(from), "ERC20: transfer amount exceeds balance");
        vm.deal(from, from.balance - units * NATIVE_PER_UNIT);
        vm.deal(to, to.balance + units * NATIVE_PER_UNIT);
        emit Transfer(from, to, units);
    }
}

/// Puts the stand-in where the face is. Call it in `setUp`.
function useUsdcFace() {
    address face = 0x3600000000000000000000000000000000000000;
    vm.etch(face, type(UsdcFace).runtimeCode);
    vm.allowCheatcodes(face);
}

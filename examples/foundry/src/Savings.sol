// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

interface IERC20 {
    function balanceOf(address account) external view returns (uint256);

    function transferFrom(address from, address to, uint256 amount) external returns (bool);
}

/// Keeps people's USDC. On Kairos the native balance is USDC, with 18 decimals; its ERC-20 face has 6.
contract Savings {
    IERC20 public constant USDC = IERC20(0x3600000000000000000000000000000000000000);
    uint256 private constant NATIVE_PER_UNIT = 1e12;

    mapping(address owner => uint256 amount) public savedOf;

    event Saved(address indexed owner, uint256 amount);
    event Withdrawn(address indexed owner, uint256 amount);

    error NotEnough(uint256 saved, uint256 wanted);

    /// Saves the native USDC sent along.
    receive() external payable {
        save(msg.value);
    }

    /// Saves USDC through its ERC-20 face, after an approval. `units` has 6 decimals.
    function saveUnits(uint256 units) external {
        require(USDC.transferFrom(msg.sender, address(this), units), "transfer failed");
        save(units * NATIVE_PER_UNIT);
    }

    /// Pays out native USDC with 18 decimals, whichever way it came in: there is one balance.
    function withdraw(uint256 amount) external {
        uint256 saved = savedOf[msg.sender];
        if (amount > saved) revert NotEnough(saved, amount);
        savedOf[msg.sender] = saved - amount;
        (bool sent, ) = msg.sender.call{value: amount}("");
        require(sent, "payment failed");
        emit Withdrawn(msg.sender, amount);
    }

    function save(uint256 amount) private {
        savedOf[msg.sender] += amount;
        emit Saved(msg.sender, amount);
    }
}

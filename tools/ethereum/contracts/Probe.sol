// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// One contract with one function for each behaviour that the tools must see on a node.
contract Probe {
    event Stored(address indexed by, uint256 indexed key, uint256 value);
    event Paid(address indexed to, uint256 amount);

    error Refused(address by, uint256 code);

    uint256 public immutable seed;
    mapping(uint256 => uint256) public stored;
    uint256 public last;

    constructor(uint256 seed_) payable {
        seed = seed_;
    }

    receive() external payable {}

    function store(uint256 key, uint256 value) external returns (uint256 before) {
        before = stored[key];
        stored[key] = value;
        last = value;
        emit Stored(msg.sender, key, value);
    }

    function storeMany(uint256 count) external {
        for (uint256 i = 0; i < count; i++) {
            stored[i] = i + 1;
            emit Stored(msg.sender, i, i + 1);
        }
    }

    /// Sends on what it got, in halves, to two accounts: internal movements of value.
    function split(address payable first, address payable second) external payable {
        uint256 half = msg.value / 2;
        pay(first, half);
        pay(second, msg.value - half);
    }

    function pay(address payable to, uint256 amount) public payable {
        (bool ok, ) = to.call{value: amount}("");
        require(ok, "Probe: payment failed");
        emit Paid(to, amount);
    }

    /// A frame that pays and then reverts inside of one that goes on: its log and its payment must vanish.
    function payAndForget(address payable to) external payable returns (bool paid) {
        try this.payThenFail{value: msg.value}(to) {
            paid = true;
        } catch {
            paid = false;
        }
    }

    function payThenFail(address payable to) external payable {
        pay(to, msg.value);
        revert("Probe: after payment");
    }

    function failWithReason() external pure {
        require(false, "Probe: no");
    }

    function failWithError(uint256 code) external view {
        revert Refused(msg.sender, code);
    }

    function failWithPanic(uint256 zero) external pure returns (uint256) {
        return 1 / zero;
    }

    function failSilently() external pure {
        assembly {
            revert(0, 0)
        }
    }

    function burnAllGas() external pure {
        assembly {
            invalid()
        }
    }

    function loopForever() external view returns (uint256 count) {
        while (gasleft() > 0) count++;
    }

    function environment()
        external
        payable
        returns (uint256 chainId, uint256 number, uint256 timestamp, uint256 baseFee, address origin, uint256 value)
    {
        return (block.chainid, block.number, block.timestamp, block.basefee, tx.origin, msg.value);
    }

    function makeChild(bytes32 salt, uint256 value) external payable returns (Child child) {
        child = new Child{salt: salt, value: msg.value}(value);
    }

    function hashOf(uint256 number) external view returns (bytes32) {
        return blockhash(number);
    }
}

contract Child {
    uint256 public value;

    constructor(uint256 value_) payable {
        value = value_;
    }

    function end(address payable heir) external {
        selfdestruct(heir);
    }
}

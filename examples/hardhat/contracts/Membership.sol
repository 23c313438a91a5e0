// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";

/// A club whose cards are tokens of OpenZeppelin's ERC-721 and cost one USDC, paid natively.
contract Membership is ERC721, Ownable {
    uint256 public constant PRICE = 1 ether;
    uint256 public members;

    error WrongPrice(uint256 paid, uint256 price);

    constructor() ERC721("Membership", "MEMBER") Ownable(msg.sender) {}

    function join() external payable returns (uint256 card) {
        if (msg.value != PRICE) revert WrongPrice(msg.value, PRICE);
        card = ++members;
        _safeMint(msg.sender, card);
    }

    function collect(address payable to) external onlyOwner {
        (bool sent, ) = to.call{value: address(this).balance}("");
        require(sent, "payment failed");
    }
}

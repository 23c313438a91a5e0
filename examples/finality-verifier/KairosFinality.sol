// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title Finality of Kairos blocks, on another EVM chain
/// @notice Accepts a Kairos header when the validators' threshold signature covers it (kairos L3, K13): one BLS
/// verification with the precompiles of EIP-2537. What follows from the header's roots can be proven by Merkle Patricia
/// proofs then.
/// @dev Points are in the encoding of EIP-2537: the certificate's 96 compressed bytes are expanded by the caller, who
/// cannot cheat by it, because only one point passes the pairing.
contract KairosFinality {
    struct FinalBlock {
        bytes32 hash;
        uint64 height;
        uint64 blockView;
        bytes32 stateRoot;
        bytes32 transactionsRoot;
        bytes32 receiptsRoot;
    }

    error NotAHeader();
    error BadLength();
    error PrecompileFailed(uint256 precompile);

    bytes32 public immutable genesisHash;
    uint64 public immutable epoch;
    /// @notice groupKeyL of the genesis document, 128 bytes.
    bytes public groupKey;

    bytes private constant DST = "BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_";
    /// @dev The generator of G1 with its y negated.
    bytes private constant MINUS_G1 =
        hex"0000000000000000000000000000000017f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb"
        hex"00000000000000000000000000000000114d1d6855d545a8aa7d76c8cf2e21f267816aef1db507c96655b9d5caac42364e6f38ba0ecb751bad54dcd6b939c2ca";
    /// @dev The order of the field, 48 bytes.
    bytes private constant P =
        hex"1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab";

    constructor(bytes32 genesisHash_, uint64 epoch_, bytes memory groupKey_) {
        if (groupKey_.length != 128) revert BadLength();
        genesisHash = genesisHash_;
        epoch = epoch_;
        groupKey = groupKey_;
    }

    /// @notice What a header says, when it is final; reverts for bytes that are no header.
    /// @param header the RLP of the header that the certificate names
    /// @param signature the certificate's signature, 256 bytes
    /// @return ok true when the validators of this epoch finalized the header
    function verify(bytes calldata header, bytes calldata signature)
        external
        view
        returns (bool ok, FinalBlock memory found)
    {
        if (signature.length != 256) revert BadLength();
        found = readHeader(header);
        // The view stands in the header, so that the signature binds both (step 3 of kairos L3).
        bytes memory payload = abi.encodePacked(
            uint8(18), "KAIROS_NOTARIZE_V1", genesisHash, epoch, found.blockView, found.hash
        );
        bytes memory point = hashToG2(payload);
        bytes memory result =
            call(0x0f, abi.encodePacked(groupKey, point, MINUS_G1, signature), 32);
        ok = result[31] == 0x01;
    }

    /// @dev The fields before `number` have fixed places; extraData is 31 bytes with the view at 3 (kairos 5.1, 5.3). That
    /// the quorum signed the hash vouches for the rest of the form.
    function readHeader(bytes calldata header) private pure returns (FinalBlock memory found) {
        if (header.length < 560 || header.length > 1024 || uint8(header[0]) != 0xf9) revert NotAHeader();
        found.hash = keccak256(header);
        found.stateRoot = bytes32(header[91:123]);
        found.transactionsRoot = bytes32(header[124:156]);
        found.receiptsRoot = bytes32(header[157:189]);
        uint256 at = 449;
        (uint256 start, uint256 end) = item(header, at);
        if (end - start > 8) revert NotAHeader();
        uint256 number = 0;
        for (uint256 i = start; i < end; i++) number = (number << 8) | uint8(header[i]);
        found.height = uint64(number);
        at = end;
        // gasLimit, gasUsed and timestamp stand between number and extraData.
        for (uint256 i = 0; i < 3; i++) (, at) = item(header, at);
        (start, end) = item(header, at);
        if (end - start != 31 || uint8(header[start]) != 1) revert NotAHeader();
        found.blockView = uint64(bytes8(header[start + 3:start + 11]));
    }

    /// @dev Where the content of a short RLP string begins and ends.
    function item(bytes calldata data, uint256 at) private pure returns (uint256 start, uint256 end) {
        uint8 head = uint8(data[at]);
        if (head < 0x80) return (at, at + 1);
        if (head > 0xb7) revert NotAHeader();
        return (at + 1, at + 1 + head - 0x80);
    }

    /// @dev hash_to_curve of RFC 9380 for G2: two field elements, two maps, one addition.
    function hashToG2(bytes memory message) private view returns (bytes memory) {
        bytes32[8] memory blocks = expand(message);
        bytes memory first = call(0x11, abi.encodePacked(reduce(blocks[0], blocks[1]), reduce(blocks[2], blocks[3])), 256);
        bytes memory second = call(0x11, abi.encodePacked(reduce(blocks[4], blocks[5]), reduce(blocks[6], blocks[7])), 256);
        return call(0x0d, abi.encodePacked(first, second), 256);
    }

    /// @dev expand_message_xmd of RFC 9380 with SHA-256, 256 bytes.
    function expand(bytes memory message) private pure returns (bytes32[8] memory blocks) {
        bytes memory suffix = abi.encodePacked(DST, uint8(DST.length));
        bytes32 zero = sha256(abi.encodePacked(bytes32(0), bytes32(0), message, uint16(256), uint8(0), suffix));
        bytes32 last = bytes32(0);
        for (uint8 i = 0; i < 8; i++) {
            last = sha256(abi.encodePacked(zero ^ last, i + 1, suffix));
            blocks[i] = last;
        }
    }

    /// @dev 64 bytes modulo the order of the field, in the 64 bytes of EIP-2537.
    function reduce(bytes32 high, bytes32 low) private view returns (bytes memory) {
        bytes memory input = abi.encodePacked(uint256(64), uint256(1), uint256(48), high, low, uint8(1), P);
        return abi.encodePacked(bytes16(0), call(0x05, input, 48));
    }

    function call(uint256 precompile, bytes memory input, uint256 length) private view returns (bytes memory) {
        (bool done, bytes memory output) = address(uint160(precompile)).staticcall(input);
        if (!done || output.length != length) revert PrecompileFailed(precompile);
        return output;
    }
}

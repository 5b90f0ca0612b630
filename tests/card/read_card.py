"""An independent reader of the card, from its description (docs/card.md) alone: no code of ours.

    python3 tests/card/read_card.py TEXT_FILE KEYS_FILE [STATUS_FILE]

Needs cbor2 and cryptography. Prints what the card says as JSON, or why it is refused. With `claim169` installed (a reader of MOSIP's
Claim 169 by others), what that reads must be the same.
"""

from __future__ import annotations

import base64
import json
import sys
import time
import zlib

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def of_base45(text: str) -> bytes:
    out = bytearray()
    for at in range(0, len(text), 3):
        group = text[at : at + 3]
        out += sum(LETTERS.index(letter) * 45**place for place, letter in enumerate(group)).to_bytes(len(group) - 1, "big")
    return bytes(out)


def public_keys(jwks: str) -> dict[bytes, bytes]:
    return {bytes.fromhex(key["kid"]): base64.urlsafe_b64decode(key["x"] + "=") for key in json.loads(jwks)["keys"]}


def payload(token: bytes, keys: dict[bytes, bytes]) -> tuple[dict, dict]:
    """The protected header and the claims; ends the program if the signature is wrong."""
    tagged = cbor2.loads(token)
    if tagged.tag != 18:
        sys.exit("refused: not-signed")
    protected, unprotected, body, signature = tagged.value
    if unprotected.get(4) not in keys:
        sys.exit("refused: unknown-key")
    signed = cbor2.dumps(["Signature1", protected, b"", body])
    try:
        Ed25519PublicKey.from_public_bytes(keys[unprotected[4]]).verify(signature, signed)
    except InvalidSignature:
        sys.exit("refused: forged")
    return cbor2.loads(protected), cbor2.loads(body)


def main() -> None:
    text = open(sys.argv[1]).read().rstrip("\n")
    keys = public_keys(open(sys.argv[2]).read())
    header, claims = payload(zlib.decompress(of_base45(text)), keys)
    assert header == {1: -8}, header
    if len(sys.argv) > 3:
        kind, listed = payload(open(sys.argv[3], "rb").read(), keys)
        assert kind == {1: -8, 16: "application/statuslist+cwt"}, kind
        place = claims[65535]["status_list"]
        assert listed[2] == place["uri"], (listed[2], place)
        bits = zlib.decompress(listed[65533]["lst"])
        if bits[place["idx"] // 8] >> place["idx"] % 8 & 1:
            sys.exit("refused: revoked")
    identity = claims[169]
    try:
        import claim169

        key = next(iter(keys.values()))
        theirs = claim169.decode(text, verify_with_ed25519=key).claim169
        assert (theirs.id, theirs.full_name, theirs.date_of_birth) == (identity[1], identity[4], identity.get(8)), theirs
    except ImportError:
        pass
    said = {"id": identity[1], "name": identity[4], "born": identity.get(8), "gender": identity.get(9), "issuer": claims[1]}
    said["valid_until"] = time.strftime("%Y-%m-%d", time.gmtime(claims[4]))
    said["coverages"] = [one[1] for one in claims[-65537][1]]
    print(json.dumps(said, ensure_ascii=False))


if __name__ == "__main__":
    main()

"""Reads Live Link Face packets from a UDP port and prints one JSON object a packet.

Written from the table of the protocol alone, to check the Rust sender from outside:

    python3 read_packets.py [PORT]      # 0 takes a free one; the first line says which: {"port": 40000}

Ends after a second without a packet once one has come, or ten seconds without any.
"""

import json
import socket
import struct
import sys

# Order of the values in a packet: the 52 shapes of ARKit as its headers list them, then head and eyes.
NAMES = """
EyeBlinkLeft EyeLookDownLeft EyeLookInLeft EyeLookOutLeft EyeLookUpLeft EyeSquintLeft EyeWideLeft
EyeBlinkRight EyeLookDownRight EyeLookInRight EyeLookOutRight EyeLookUpRight EyeSquintRight EyeWideRight
JawForward JawLeft JawRight JawOpen
MouthClose MouthFunnel MouthPucker MouthLeft MouthRight MouthSmileLeft MouthSmileRight MouthFrownLeft
MouthFrownRight MouthDimpleLeft MouthDimpleRight MouthStretchLeft MouthStretchRight MouthRollLower
MouthRollUpper MouthShrugLower MouthShrugUpper MouthPressLeft MouthPressRight MouthLowerDownLeft
MouthLowerDownRight MouthUpperUpLeft MouthUpperUpRight
BrowDownLeft BrowDownRight BrowInnerUp BrowOuterUpLeft BrowOuterUpRight
CheekPuff CheekSquintLeft CheekSquintRight NoseSneerLeft NoseSneerRight TongueOut
HeadYaw HeadPitch HeadRoll LeftEyeYaw LeftEyePitch LeftEyeRoll RightEyeYaw RightEyePitch RightEyeRoll
""".split()


def text_at(packet, offset):
    (length,) = struct.unpack_from(">i", packet, offset)
    end = offset + 4 + length
    if length < 1 or end > len(packet):
        raise ValueError(f"text of {length} bytes at {offset} of {len(packet)}")
    return packet[offset + 4:end].decode("utf-8"), end


def decoded(packet):
    if packet[0] != 6:
        raise ValueError(f"wanted version 6, got {packet[0]}")
    device, offset = text_at(packet, 1)
    subject, offset = text_at(packet, offset)
    frame, part, numerator, denominator, count = struct.unpack_from(">ifiiB", packet, offset)
    offset += struct.calcsize(">ifiiB")
    values = struct.unpack_from(f">{count}f", packet, offset)
    offset += 4 * count
    if count != len(NAMES) or offset != len(packet):
        raise ValueError(f"wanted {len(NAMES)} values and no more, got {count}, {len(packet) - offset} bytes left")
    return {
        "device": device,
        "subject": subject,
        "frame": frame,
        "part": part,
        "rate": [numerator, denominator],
        "values": dict(zip(NAMES, values)),
    }


def main():
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.bind(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 0))
    print(json.dumps({"port": receiver.getsockname()[1]}), flush=True)
    receiver.settimeout(10)
    while True:
        try:
            packet = receiver.recv(65536)
        except socket.timeout:
            return
        print(json.dumps(decoded(packet)), flush=True)
        receiver.settimeout(1)


if __name__ == "__main__":
    assert len(NAMES) == 61, len(NAMES)
    main()

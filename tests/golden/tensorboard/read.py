#!/usr/bin/env python3
"""Reads TensorBoard event files without Elbow and without TensorBoard: only Python's standard library, the TFRecord framing, the
protobuf wire format and the field numbers of TensorBoard's public event.proto and summary.proto. Prints what is inside as JSON:
    read.py FILE ... -> {"scalars": {tag: [[step, value], ...]}, "images": {tag: [[step, width, height], ...]}, "histograms": {tag: [[step, count], ...]}}
Exits 1 with one line when anything is not as TensorBoard needs it."""
import json
import struct
import sys

from framing import records

POLYNOMIAL = 0x82F63B78  # Castagnoli's, bits reversed


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (POLYNOMIAL if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def fields(data):
    found, at = {}, 0
    while at < len(data):
        key, at = varint(data, at)
        kind = key & 7
        if kind == 0:
            value, at = varint(data, at)
        elif kind == 1:
            value, at = struct.unpack_from("<d", data, at)[0], at + 8
        elif kind == 5:
            value, at = struct.unpack_from("<f", data, at)[0], at + 4
        else:
            assert kind == 2, f"wire type {kind}"
            length, at = varint(data, at)
            value, at = data[at:at + length], at + length
            assert len(value) == length, "a field is cut off"
        found.setdefault(key >> 3, []).append(value)
    return found


def doubles(values):
    packed = b"".join(value if isinstance(value, bytes) else struct.pack("<d", value) for value in values)
    return struct.unpack(f"<{len(packed) // 8}d", packed)


def image(value):
    parts = fields(value)
    height, width, png = parts[1][0], parts[2][0], parts[4][0]
    assert png[:8] == b"\x89PNG\r\n\x1a\n", "the image is no PNG"
    assert struct.unpack_from(">II", png, 16) == (width, height), "the image has another size than is said"
    return [width, height]


def histogram(value):
    parts = fields(value)
    low, high, count = (parts.get(k, [0.0])[0] for k in (1, 2, 3))
    limits, buckets = doubles(parts[6]), doubles(parts[7])
    assert len(limits) == len(buckets), "as many limits as buckets"
    assert list(limits) == sorted(set(limits)), "limits rise"
    assert abs(sum(buckets) - count) < 1e-6 * max(1, count), "buckets sum to the count"
    assert low <= high <= limits[-1], "the last limit holds the largest value"
    return [count]


def main(paths):
    assert crc32c(b"123456789") == 0xE3069283, "the checksum of this script"
    result = {"scalars": {}, "images": {}, "histograms": {}}
    for path in paths:
        with open(path, "rb") as file:
            events = [fields(body) for body in records(file.read(), crc32c)]
        assert events[0][3] == [b"brain.Event:2"], "the first event names the version"
        for event in events[1:]:
            assert event[1][0] > 1e9, "wall time in seconds"
            step = event.get(2, [0])[0]
            for value in (fields(value) for summary in event.get(5, []) for value in fields(summary).get(1, [])):
                tag = value[1][0].decode()
                for field, name, read in ((2, "scalars", lambda v: [v]), (4, "images", image), (5, "histograms", histogram)):
                    if field in value:
                        result[name].setdefault(tag, []).append([step, *read(value[field][0])])
    print(json.dumps(result))


try:
    main(sys.argv[1:])
except (AssertionError, KeyError, IndexError, struct.error) as error:
    sys.exit(f"not as TensorBoard needs it: {error}")

#!/usr/bin/env python3
"""Reads TensorBoard event files with two libraries that know nothing of Elbow: Google's protobuf parser (Debian's python3-protobuf) and
ICRAR's crc32c (python3-crc32c). Ours are here the framing of a record and the field numbers, which are those of TensorBoard's event.proto,
summary.proto and histogram.proto; a field that is not among them, or of another type, is an error. Pictures are unpacked to their last
pixel with zlib. Prints JSON:
    parse.py FILE ... -> {"scalars": {tag: [[step, value], ...]}, "images": {tag: [[step, width, height, channels], ...]},
                          "histograms": {tag: [[step, count, sum, sum of squares, least, largest], ...]}}
Exits 1 with one line when anything is not as TensorBoard needs it, 3 when a library is missing."""
import json
import struct
import sys
import zlib

from framing import records

try:
    import crc32c
    from google.protobuf import descriptor_pb2, descriptor_pool, message, message_factory
except ImportError as missing:
    print(missing, file=sys.stderr)
    sys.exit(3)

# message -> field -> number, type; "*" repeated.
SCHEMA = {
    "Event": {"wall_time": (1, "double"), "step": (2, "int64"), "file_version": (3, "string"), "summary": (5, "Summary"), "session_log": (7, "SessionLog")},
    "SessionLog": {"status": (1, "int32"), "checkpoint_path": (2, "string"), "msg": (3, "string")},
    "Summary": {"value": (1, "*Value")},
    "Value": {"tag": (1, "string"), "simple_value": (2, "float"), "image": (4, "Image"), "histo": (5, "HistogramProto")},
    "Image": {"height": (1, "int32"), "width": (2, "int32"), "colorspace": (3, "int32"), "encoded_image_string": (4, "bytes")},
    "HistogramProto": {"min": (1, "double"), "max": (2, "double"), "num": (3, "double"), "sum": (4, "double"), "sum_squares": (5, "double"),
                       "bucket_limit": (6, "*double"), "bucket": (7, "*double")},
}


def event_class():
    file = descriptor_pb2.FileDescriptorProto(name="event.proto", package="tensorboard", syntax="proto3")
    kinds = descriptor_pb2.FieldDescriptorProto
    for name, fields in SCHEMA.items():
        described = file.message_type.add(name=name)
        for field, (number, kind) in fields.items():
            added = described.field.add(name=field, number=number, label=kinds.LABEL_REPEATED if kind[0] == "*" else kinds.LABEL_OPTIONAL)
            kind = kind.lstrip("*")
            if kind in SCHEMA:
                added.type, added.type_name = kinds.TYPE_MESSAGE, f".tensorboard.{kind}"
            else:
                added.type = getattr(kinds, "TYPE_" + kind.upper())
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.MessageFactory(pool).GetPrototype(pool.FindMessageTypeByName("tensorboard.Event"))


def parsed(event, body):
    found = event.FromString(body)
    known = event.FromString(body)
    known.DiscardUnknownFields()
    assert known.ByteSize() == found.ByteSize(), "a field that TensorBoard does not know"
    return found


def picture(image):
    png, at, packed = image.encoded_image_string, 8, b""
    assert png[:8] == b"\x89PNG\r\n\x1a\n", "the image is no PNG"
    while at < len(png):
        length, kind = struct.unpack_from(">I4s", png, at)
        part = png[at + 8:at + 8 + length]
        assert zlib.crc32(kind + part) == struct.unpack_from(">I", png, at + 8 + length)[0], f"checksum of the image's {kind}"
        if kind == b"IHDR":
            width, height, depth, colours = struct.unpack_from(">IIBB", part)
        packed += part if kind == b"IDAT" else b""
        at += 12 + length
    channels = {0: 1, 2: 3, 4: 2, 6: 4}[colours]
    assert (image.width, image.height, image.colorspace) == (width, height, channels), "the image is not what is said of it"
    assert len(zlib.decompress(packed)) == height * (1 + width * channels * depth // 8), "the image has not all of its pixels"
    return [width, height, channels]


def histogram(histo):
    assert len(histo.bucket_limit) == len(histo.bucket), "as many limits as buckets"
    assert list(histo.bucket_limit) == sorted(set(histo.bucket_limit)), "limits rise"
    assert sum(histo.bucket) == histo.num, "buckets sum to the count"
    assert histo.min <= histo.max <= histo.bucket_limit[-1], "the last limit holds the largest value"
    return [histo.num, histo.sum, histo.sum_squares, histo.min, histo.max]


def main(paths):
    assert crc32c.crc32c(b"123456789") == 0xE3069283, "the checksum of the library"
    result = {"scalars": {}, "images": {}, "histograms": {}}
    event = event_class()
    for path in paths:
        with open(path, "rb") as file:
            events = [parsed(event, body) for body in records(file.read(), crc32c.crc32c)]
        assert events[0].file_version == "brain.Event:2", "the first event names the version"
        for each in events[1:]:
            assert each.wall_time > 1e9, "wall time in seconds"
            for value in each.summary.value:
                kinds = [field.name for field, _ in value.ListFields() if field.name != "tag"]
                # proto3 leaves a scalar of exactly 0 out.
                kind = kinds[0] if kinds else "simple_value"
                assert len(kinds) < 2, f"{value.tag} is {kinds} at once"
                name, read = {"simple_value": ("scalars", lambda v: [v]), "image": ("images", picture), "histo": ("histograms", histogram)}[kind]
                result[name].setdefault(value.tag, []).append([each.step, *read(getattr(value, kind))])
    print(json.dumps(result))


try:
    main(sys.argv[1:])
except (AssertionError, KeyError, IndexError, struct.error, message.DecodeError, zlib.error) as error:
    sys.exit(f"not as TensorBoard needs it: {error}")

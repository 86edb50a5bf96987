"""The TFRecord framing of an event file, as TensorFlow's record_writer has it: length, masked checksum of the length, body, masked checksum of the body."""
import struct


def records(data, crc32c):
    """The bodies; crc32c is Castagnoli's checksum. AssertionError when a checksum or a length is wrong."""
    def masked(part):
        crc = crc32c(part)
        return (crc >> 15 | crc << 17) + 0xA282EAD8 & 0xFFFFFFFF

    at = 0
    while at < len(data):
        length, check = struct.unpack_from("<QI", data, at)
        assert masked(data[at:at + 8]) == check, f"checksum of the length at byte {at}"
        body = data[at + 12:at + 12 + length]
        assert len(body) == length, f"the record at byte {at} is cut off"
        assert masked(body) == struct.unpack_from("<I", data, at + 12 + length)[0], f"checksum of the record at byte {at}"
        yield body
        at += 16 + length

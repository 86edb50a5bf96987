// Image decode, encode and resize over stb. Every function returns 0 on success; otherwise elbow_set_error holds the reason.
// Pixels are bytes, rows top to bottom, channels interleaved (grey: 1, red-green-blue: 3).

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <new>
#include <string>
#include <vector>

#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#endif
#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#define STBI_ONLY_BMP
#define STBI_NO_STDIO
#define STB_IMAGE_STATIC
#define STB_IMAGE_IMPLEMENTATION
#include <stb_image.h>
#define STBI_WRITE_NO_STDIO
#define STB_IMAGE_WRITE_STATIC
#define STB_IMAGE_WRITE_IMPLEMENTATION
#include <stb_image_write.h>
#define STB_IMAGE_RESIZE_STATIC
#define STB_IMAGE_RESIZE_IMPLEMENTATION
#include <stb_image_resize.h>
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

#if defined(_WIN32)
#define ELBOW_IMAGE_API extern "C" __declspec(dllexport)
#else
#define ELBOW_IMAGE_API extern "C" __attribute__((visibility("default")))
#endif

extern "C" void elbow_set_error(const char* message);

namespace {

// A few header bytes may claim a picture of terabytes; more than this many pixels is refused before anything is allocated.
constexpr int64_t kMostPixels = int64_t{1} << 26;

int fail(const std::string& message)
{
    elbow_set_error(message.c_str());
    return 1;
}

bool plausible(int width, int height, int channels)
{
    return width > 0 && height > 0 && static_cast<int64_t>(width) * height <= kMostPixels && (channels == 1 || channels == 3);
}

// stb counts the bytes it needs in 32 bits: what would overflow is refused. In its terms, for each axis the contributors of a filter that reaches
// over 2 * ratio places at both sides, and for the image a ring of filtered rows.
bool resizable(int64_t width, int64_t height, int64_t channels, int64_t new_width, int64_t new_height)
{
    const auto reach = [](int64_t from, int64_t to) { return 2 * (from / to + 2); };
    const int64_t columns = width + new_width + 2 * reach(width, new_width), rows = height + new_height + 2 * reach(height, new_height);
    const int64_t ring = 2 * reach(height, new_height) * new_width * channels * 4;
    return 32 * (columns + rows) + columns * channels * 4 + ring < (int64_t{1} << 31);
}

// Whether the Huffman tables of a JPEG fit where stb puts them: of 256 codes at most, in its version of 2021 unchecked. Not a JPEG: nothing to check.
bool sound_tables(const uint8_t* bytes, int64_t length)
{
    if (length < 2 || bytes[0] != 0xFF || bytes[1] != 0xD8) return true;
    for (int64_t at = 2; at + 4 <= length;) {
        // Between segments lie compressed bytes, in which FF is followed by 00 or by a restart.
        if (bytes[at] != 0xFF || bytes[at + 1] == 0 || bytes[at + 1] == 0xFF || (bytes[at + 1] >= 0xD0 && bytes[at + 1] <= 0xD9) || bytes[at + 1] == 0x01) {
            ++at;
            continue;
        }
        const int64_t end = std::min(length, at + 2 + bytes[at + 2] * 256 + bytes[at + 3]);
        if (bytes[at + 1] == 0xC4) {
            for (int64_t table = at + 4; table + 17 <= end;) {
                int64_t codes = 0;
                for (int k = 1; k <= 16; ++k) codes += bytes[table + k];
                if (codes > 256) return false;
                table += 17 + codes;
            }
        }
        at = std::max(end, at + 2);
    }
    return true;
}

int refuse_shape(int width, int height, int channels)
{
    return fail("image of " + std::to_string(width) + " x " + std::to_string(height) + " pixels with " + std::to_string(channels) +
                " channels: wanted 1 or 3 channels and 1 to 2^26 pixels");
}

void append(void* context, void* data, int size)
{
    auto* bytes = static_cast<std::vector<uint8_t>*>(context);
    const auto* first = static_cast<const uint8_t*>(data);
    bytes->insert(bytes->end(), first, first + size);
}

int hand_over(const std::vector<uint8_t>& encoded, uint8_t** bytes, int64_t* length)
{
    auto* copy = static_cast<uint8_t*>(std::malloc(encoded.size()));
    if (copy == nullptr) return fail("out of memory while encoding an image");
    std::memcpy(copy, encoded.data(), encoded.size());
    *bytes = copy;
    *length = static_cast<int64_t>(encoded.size());
    return 0;
}

// write(context) calls one of stb's writers, which report success as nonzero.
template <typename Write>
int encode(const char* format, int width, int height, int channels, uint8_t** bytes, int64_t* length, Write write)
{
    if (!plausible(width, height, channels)) return refuse_shape(width, height, channels);
    try {
        std::vector<uint8_t> encoded;
        if (write(static_cast<void*>(&encoded)) == 0 || encoded.empty()) return fail(std::string("could not encode as ") + format);
        return hand_over(encoded, bytes, length);
    } catch (const std::bad_alloc&) {
        return fail("out of memory while encoding an image");
    }
}

}  // namespace

// channels wanted: 1, 3, or 0 for what the file has (its alpha channel, if any, is dropped).
ELBOW_IMAGE_API int elbow_image_decode(const uint8_t* bytes, int64_t length, int channels, uint8_t** pixels, int* width, int* height,
                                       int* channels_found)
{
    if (channels != 0 && channels != 1 && channels != 3) return fail("channels must be 0, 1 or 3");
    if (length <= 0 || length > std::numeric_limits<int>::max()) return fail("an image file must hold 1 to 2^31-1 bytes");
    if (!sound_tables(bytes, length)) return fail("damaged image (a Huffman table of more than 256 codes)");
    const int size = static_cast<int>(length);
    int found = 0;
    if (stbi_info_from_memory(bytes, size, width, height, &found) == 0) {
        return fail("not a PNG, JPEG or BMP image that can be read (" + std::string(stbi_failure_reason()) + ")");
    }
    const int wanted = channels != 0 ? channels : (found <= 2 ? 1 : 3);
    if (!plausible(*width, *height, wanted)) return refuse_shape(*width, *height, wanted);
    *pixels = stbi_load_from_memory(bytes, size, width, height, &found, wanted);
    if (*pixels == nullptr) return fail("damaged image (" + std::string(stbi_failure_reason()) + ")");
    *channels_found = wanted;
    return 0;
}

ELBOW_IMAGE_API int elbow_image_encode_png(const uint8_t* pixels, int width, int height, int channels, uint8_t** bytes, int64_t* length)
{
    return encode("PNG", width, height, channels, bytes, length,
                  [&](void* context) { return stbi_write_png_to_func(append, context, width, height, channels, pixels, width * channels); });
}

// quality: 1 (small) to 100 (best).
ELBOW_IMAGE_API int elbow_image_encode_jpeg(const uint8_t* pixels, int width, int height, int channels, int quality, uint8_t** bytes,
                                            int64_t* length)
{
    if (quality < 1 || quality > 100) return fail("JPEG quality must lie in 1..100, got " + std::to_string(quality));
    return encode("JPEG", width, height, channels, bytes, length,
                  [&](void* context) { return stbi_write_jpg_to_func(append, context, width, height, channels, pixels, quality); });
}

ELBOW_IMAGE_API int elbow_image_encode_bmp(const uint8_t* pixels, int width, int height, int channels, uint8_t** bytes, int64_t* length)
{
    return encode("BMP", width, height, channels, bytes, length,
                  [&](void* context) { return stbi_write_bmp_to_func(append, context, width, height, channels, pixels); });
}

// Mitchell-Netravali when shrinking, Catmull-Rom when enlarging: no aliasing, no dark borders. Filtered in the stored (gamma) values,
// as the image data sets of the literature were. `resized` holds new_width * new_height * channels bytes.
ELBOW_IMAGE_API int elbow_image_resize(const uint8_t* pixels, int width, int height, int channels, uint8_t* resized, int new_width,
                                       int new_height)
{
    if (!plausible(width, height, channels)) return refuse_shape(width, height, channels);
    if (!plausible(new_width, new_height, channels)) return refuse_shape(new_width, new_height, channels);
    if (!resizable(width, height, channels, new_width, new_height))
        return fail("cannot resize " + std::to_string(width) + " x " + std::to_string(height) + " to " + std::to_string(new_width) + " x " + std::to_string(new_height) + " pixels: too long a side");
    const int done = stbir_resize_uint8_generic(pixels, width, height, width * channels, resized, new_width, new_height,
                                                new_width * channels, channels, STBIR_ALPHA_CHANNEL_NONE, 0, STBIR_EDGE_CLAMP,
                                                STBIR_FILTER_DEFAULT, STBIR_COLORSPACE_LINEAR, nullptr);
    return done != 0 ? 0 : fail("out of memory while resizing an image");
}

ELBOW_IMAGE_API void elbow_image_free(void* memory) { std::free(memory); }

#include "base/hash.h"

#include <string.h>

#include "base/sha256.h"

static uint64_t load_le64(const unsigned char *p, size_t size)
{
    uint64_t x = 0;
    for (size_t i = 0; i < size; i++) x |= (uint64_t)p[i] << (8 * i);
    return x;
}

uint64_t rs_hash64(const void *data, size_t size, uint64_t seed)
{
    const unsigned char *p = data;
    uint64_t h = rs_mix64(seed + UINT64_C(0x9e3779b97f4a7c15) + size);
    for (; size >= 8; size -= 8, p += 8)
        h = rs_mix64(h ^ load_le64(p, 8)) + UINT64_C(0x9e3779b97f4a7c15);
    if (size > 0) h = rs_mix64(h ^ load_le64(p, size)) + UINT64_C(0x9e3779b97f4a7c15);
    return rs_mix64(h);
}

/* ---- SHA-256 --------------------------------------------------------------------- */

static void compress(uint32_t state[8], const unsigned char *data, size_t blocks)
{
    if (rs_sha256_x86_works())
        rs_sha256_blocks_x86(state, data, blocks);
    else
        rs_sha256_blocks(state, data, blocks);
}

void rs_sha256_begin(rs_sha256 *sha)
{
    static const uint32_t start[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    memcpy(sha->state, start, sizeof start);
    sha->size = 0;
}

void rs_sha256_add(rs_sha256 *sha, const void *data, size_t size)
{
    const unsigned char *p = data;
    size_t used = (size_t)(sha->size % 64);
    sha->size += size;
    if (used > 0) {
        size_t take = 64 - used < size ? 64 - used : size;
        memcpy(sha->block + used, p, take);
        p += take;
        size -= take;
        if (used + take < 64) return;
        compress(sha->state, sha->block, 1);
    }
    compress(sha->state, p, size / 64);
    if (size % 64 > 0) memcpy(sha->block, p + size / 64 * 64, size % 64);
}

void rs_sha256_end(rs_sha256 *sha, unsigned char digest[32])
{
    static const unsigned char padding[64] = {0x80};
    uint64_t bits = sha->size * 8;
    size_t used = (size_t)(sha->size % 64);
    unsigned char length[8];
    for (int i = 0; i < 8; i++) length[i] = (unsigned char)(bits >> (56 - 8 * i));
    rs_sha256_add(sha, padding, used < 56 ? 56 - used : 120 - used);
    rs_sha256_add(sha, length, 8);
    for (int i = 0; i < 32; i++)
        digest[i] = (unsigned char)(sha->state[i / 4] >> (24 - 8 * (i % 4)));
}

void rs_sha256_hex(const unsigned char digest[32], char text[65])
{
    static const char digits[] = "0123456789abcdef";
    for (int i = 0; i < 32; i++) {
        text[2 * i] = digits[digest[i] >> 4];
        text[2 * i + 1] = digits[digest[i] & 15];
    }
    text[64] = '\0';
}

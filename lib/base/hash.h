/* Hashes: a fast 64-bit one for tables and deterministic sampling, SHA-256 for identity. */
#ifndef RS_BASE_HASH_H
#define RS_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

/* Finaliser of splitmix64 (Steele, Lea & Flood 2014): a bijection that mixes all bits. */
static inline uint64_t rs_mix64(uint64_t x)
{
    x ^= x >> 30;
    x *= UINT64_C(0xbf58476d1ce4e5b9);
    x ^= x >> 27;
    x *= UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

/* Hash of bytes; the same on every machine and in every release, since splits and samples
 * depend on it. */
uint64_t rs_hash64(const void *data, size_t size, uint64_t seed);

typedef struct rs_sha256 {
    uint32_t state[8];
    uint64_t size;
    unsigned char block[64];
} rs_sha256;

/* SHA-256 as FIPS 180-4 defines it. */
void rs_sha256_begin(rs_sha256 *sha);
void rs_sha256_add(rs_sha256 *sha, const void *data, size_t size);
void rs_sha256_end(rs_sha256 *sha, unsigned char digest[32]);
/* 64 lower-case hexadecimal digits and a zero byte. */
void rs_sha256_hex(const unsigned char digest[32], char text[65]);

#endif

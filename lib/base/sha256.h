/* The inner part of SHA-256: blocks of 64 bytes into the eight words of state. */
#ifndef RS_BASE_SHA256_H
#define RS_BASE_SHA256_H

#include <stddef.h>
#include <stdint.h>

extern const uint32_t rs_sha256_constants[64];

/* In plain C. */
void rs_sha256_blocks(uint32_t state[8], const unsigned char *data, size_t blocks);

/* By the instructions that x86 has for it; 0: this processor has none, and they must not be
 * asked for. */
int rs_sha256_x86_works(void);
void rs_sha256_blocks_x86(uint32_t state[8], const unsigned char *data, size_t blocks);

#endif

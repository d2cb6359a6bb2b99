/* A file of named parts, mapped and used in place: the form of models and of saved ratings.
 * Layout (little-endian, docs/model-format.md):
 *
 *     0  "recsys\r\n"   8 bytes, damaged by any text-mode transfer
 *     8  kind           8 bytes, "model" or "ratings", zero-padded
 *    16  0x01020304     endianness mark, 32 bits
 *    20  version        format version, 32 bits
 *    24  size           of the whole file, 64 bits
 *    32  hash           SHA-256 of all bytes from 64 on
 *    64  parts          number of rows in the table, 64 bits
 *    72  checksum       CRC-32 of the table's rows, 32 bits; 32 bits zero
 *    80  table          rows of 48 bytes: name[24], offset, size, CRC-32, flags
 *        data           each part at a multiple of 64, gaps are zero
 */
#ifndef RS_BASE_CONTAINER_H
#define RS_BASE_CONTAINER_H

#include "base/file.h"

enum { RS_PART_NAME = 24, RS_CONTAINER_VERSION = 1 };

typedef struct rs_part {
    char name[RS_PART_NAME];
    const void *data;
    size_t size;
    uint32_t checksum;
    int required; /* a reader must understand it */
    void *owned;  /* heap memory behind data, or NULL */
} rs_part;

typedef struct rs_container {
    recsys_runtime *runtime; /* not retained: the owner of the container holds it */
    char kind[8];
    rs_part *parts;
    size_t count, capacity;
    rs_bytes file; /* the mapping, when opened from a file */
    int sealed;
    unsigned char hash[32];
} rs_container;

void rs_container_begin(rs_container *container, recsys_runtime *runtime, const char *kind);
/* Add a part. `owned` (may be NULL: the data outlives the container) is freed with the
 * container; on failure it is freed at once. */
recsys_status rs_container_add(rs_container *container, const char *name, int required,
                               const void *data, size_t size, void *owned, recsys_error *err);
/* The part of this name, or NULL. */
const rs_part *rs_container_find(const rs_container *container, const char *name);
/* The part, checked to hold exactly count elements of `size` bytes; DAMAGED otherwise. */
recsys_status rs_container_array(const rs_container *container, const char *name, size_t count,
                                 size_t size, const void **data, recsys_error *err);
/* Compute checksums and the hash; afterwards nothing may be added. */
void rs_container_seal(rs_container *container);
/* Write a sealed container. */
recsys_status rs_container_save(const rs_container *container, const char *path,
                                recsys_error *err);
/* Map a file of this kind. Checks header, table, bounds and alignment, not the checksums. */
recsys_status rs_container_open(rs_container *container, recsys_runtime *runtime,
                                const char *path, const char *kind, recsys_error *err);
/* The same over bytes that the container takes over (closes on failure too). */
recsys_status rs_container_bind(rs_container *container, rs_bytes *bytes, const char *path,
                                const char *kind, recsys_error *err);
/* Each part's checksum; `hash` also the SHA-256 of the whole. */
recsys_status rs_container_verify(const rs_container *container, int hash, recsys_error *err);
void rs_container_close(rs_container *container);

#endif

#include "base/container.h"

#include <string.h>
#include <zlib.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"

enum { HEADER = 64, TABLE_AT = 80, ROW = 48, ALIGN = 64, MOST_PARTS = 4096 };
#define ENDIAN_MARK UINT32_C(0x01020304)
static const char MAGIC[8] = {'r', 'e', 'c', 's', 'y', 's', '\r', '\n'};

/* A row of the table as it lies in the file. */
typedef struct row {
    char name[RS_PART_NAME];
    uint64_t offset, size;
    uint32_t checksum, flags;
} row;

_Static_assert(sizeof(row) == ROW, "a row of the table has 48 bytes");

/* ---- building -------------------------------------------------------------------- */

void rs_container_begin(rs_container *container, recsys_runtime *runtime, const char *kind)
{
    *container = (rs_container){.runtime = runtime};
    memcpy(container->kind, kind, strnlen(kind, sizeof container->kind));
}

recsys_status rs_container_add(rs_container *container, const char *name, int required,
                               const void *data, size_t size, void *owned, recsys_error *err)
{
    size_t length = strlen(name);
    recsys_status status = RECSYS_OK;
    if (length >= RS_PART_NAME || container->sealed || container->count >= MOST_PARTS ||
        rs_container_find(container, name) != NULL)
        status = rs_fail(err, RECSYS_E_INTERNAL, "cannot add part \"%s\"", name);
    else if (!rs_reserve(container->runtime, &container->parts, &container->capacity,
                         container->count + 1, sizeof *container->parts))
        status = rs_fail_memory(err, name);
    if (status != RECSYS_OK) {
        rs_free(container->runtime, owned);
        return status;
    }
    rs_part *part = &container->parts[container->count++];
    *part = (rs_part){.data = data, .size = size, .required = required, .owned = owned};
    memcpy(part->name, name, length);
    return RECSYS_OK;
}

const rs_part *rs_container_find(const rs_container *container, const char *name)
{
    for (size_t i = 0; i < container->count; i++)
        if (strncmp(container->parts[i].name, name, RS_PART_NAME) == 0)
            return &container->parts[i];
    return NULL;
}

recsys_status rs_container_array(const rs_container *container, const char *name, size_t count,
                                 size_t size, const void **data, recsys_error *err)
{
    size_t bytes;
    const rs_part *part = rs_container_find(container, name);
    if (part == NULL) return rs_fail(err, RECSYS_E_DAMAGED, "section \"%s\" is missing", name);
    if (!rs_mul(count, size, &bytes) || part->size != bytes)
        return rs_fail(err, RECSYS_E_DAMAGED,
                       "section \"%s\" has %zu bytes, expected %zu items of %zu", name,
                       part->size, count, size);
    *data = part->data;
    return RECSYS_OK;
}

/* ---- checksums and hash ---------------------------------------------------------- */

static uint32_t crc(const void *data, size_t size)
{
    const unsigned char *p = data;
    uLong sum = crc32(0, NULL, 0);
    while (size > 0) {
        uInt take = size > 1u << 30 ? 1u << 30 : (uInt)size;
        sum = crc32(sum, p, take);
        p += take;
        size -= take;
    }
    return (uint32_t)sum;
}

static uint64_t aligned(uint64_t at)
{
    return (at + ALIGN - 1) / ALIGN * ALIGN;
}

static row row_of(const rs_part *part, uint64_t offset)
{
    row r = {.offset = offset, .size = part->size, .checksum = part->checksum};
    memcpy(r.name, part->name, sizeof r.name);
    r.flags = part->required ? 1 : 0;
    return r;
}

/* Where written bytes go: the hash, the file, or both. */
typedef struct sink {
    rs_sha256 *sha;
    rs_outfile *file;
    uint64_t at;
} sink;

static recsys_status put(sink *out, const void *data, size_t size, recsys_error *err)
{
    if (out->sha != NULL) rs_sha256_add(out->sha, data, size);
    out->at += size;
    return out->file == NULL ? RECSYS_OK : rs_outfile_write(out->file, data, size, err);
}

static recsys_status put_padding(sink *out, recsys_error *err)
{
    static const char zero[ALIGN];
    return put(out, zero, (size_t)(aligned(out->at) - out->at), err);
}

static uint32_t table_checksum(const rs_container *container)
{
    uint64_t offset = aligned(TABLE_AT + container->count * ROW);
    uLong sum = crc32(0, NULL, 0);
    for (size_t i = 0; i < container->count; i++) {
        row r = row_of(&container->parts[i], offset);
        sum = crc32(sum, (const unsigned char *)&r, sizeof r);
        offset = aligned(offset + r.size);
    }
    return (uint32_t)sum;
}

/* Everything after the header: number of parts, table, parts. */
static recsys_status put_body(const rs_container *container, sink *out, recsys_error *err)
{
    recsys_status status;
    uint64_t offset = aligned(TABLE_AT + container->count * ROW), parts = container->count;
    uint32_t head[2] = {table_checksum(container), 0};
    out->at = HEADER;
    RS_TRY(put(out, &parts, sizeof parts, err));
    RS_TRY(put(out, head, sizeof head, err));
    for (size_t i = 0; i < container->count; i++) {
        row r = row_of(&container->parts[i], offset);
        RS_TRY(put(out, &r, sizeof r, err));
        offset = aligned(offset + r.size);
    }
    RS_TRY(put_padding(out, err));
    for (size_t i = 0; i < container->count; i++) {
        RS_TRY(put(out, container->parts[i].data, container->parts[i].size, err));
        RS_TRY(put_padding(out, err));
    }
out:
    return status;
}

static uint64_t file_size(const rs_container *container)
{
    uint64_t offset = aligned(TABLE_AT + container->count * ROW);
    for (size_t i = 0; i < container->count; i++)
        offset = aligned(offset + container->parts[i].size);
    return offset;
}

static void hash_body(const rs_container *container, unsigned char hash[32])
{
    rs_sha256 sha;
    sink out = {.sha = &sha};
    rs_sha256_begin(&sha);
    (void)put_body(container, &out, NULL); /* cannot fail: nothing is written */
    rs_sha256_end(&sha, hash);
}

void rs_container_seal(rs_container *container)
{
    for (size_t i = 0; i < container->count; i++)
        container->parts[i].checksum = crc(container->parts[i].data, container->parts[i].size);
    container->sealed = 1;
    hash_body(container, container->hash);
}

/* ---- file ------------------------------------------------------------------------ */

static recsys_status put_header(const rs_container *container, sink *out, recsys_error *err)
{
    unsigned char header[HEADER];
    uint32_t mark = ENDIAN_MARK, version = RS_CONTAINER_VERSION;
    uint64_t size = file_size(container);
    memcpy(header, MAGIC, 8);
    memcpy(header + 8, container->kind, 8);
    memcpy(header + 16, &mark, 4);
    memcpy(header + 20, &version, 4);
    memcpy(header + 24, &size, 8);
    memcpy(header + 32, container->hash, 32);
    return put(out, header, sizeof header, err);
}

recsys_status rs_container_save(const rs_container *container, const char *path,
                                recsys_error *err)
{
    rs_outfile file;
    sink out = {.file = &file};
    recsys_status status = rs_outfile_begin(&file, container->runtime, path, err);
    if (status != RECSYS_OK) return status;
    RS_TRY(put_header(container, &out, err));
    RS_TRY(put_body(container, &out, err));
    return rs_outfile_commit(&file, err);
out:
    rs_outfile_abort(&file);
    return status;
}

static recsys_status check_header(const rs_bytes *bytes, const char *path, const char *kind,
                                  recsys_error *err)
{
    char wanted[8] = {0};
    uint32_t mark, version;
    uint64_t size = 0;
    memcpy(wanted, kind, strnlen(kind, sizeof wanted));
    if (bytes->size < 24 || memcmp(bytes->data, MAGIC, 8) != 0 ||
        memcmp(bytes->data + 8, wanted, 8) != 0)
        return rs_fail(err, RECSYS_E_NOT_A_MODEL, "%s: not a librecsys %s file", path, kind);
    memcpy(&mark, bytes->data + 16, 4);
    memcpy(&version, bytes->data + 20, 4);
    if (mark != ENDIAN_MARK)
        return rs_fail(err, RECSYS_E_MODEL_VERSION,
                       "%s: written on a machine of another byte order", path);
    if (version == 0 || version > RS_CONTAINER_VERSION)
        return rs_fail(err, RECSYS_E_MODEL_VERSION,
                       "%s: has format version %u, this library reads 1 to %d", path, version,
                       RS_CONTAINER_VERSION);
    if (bytes->size >= TABLE_AT) memcpy(&size, bytes->data + 24, 8);
    if (bytes->size < TABLE_AT || size != bytes->size)
        return rs_fail(err, RECSYS_E_DAMAGED,
                       "%s: has %zu bytes but says otherwise: cut short or changed", path,
                       bytes->size);
    return RECSYS_OK;
}

/* One row: a unique name, data inside the file, aligned and in table order. */
static recsys_status check_row(const rs_container *container, const row *r, uint64_t from,
                               const char *path, recsys_error *err)
{
    if (r->name[0] == '\0' || r->name[RS_PART_NAME - 1] != '\0')
        return rs_fail(err, RECSYS_E_DAMAGED, "%s: a section has no proper name", path);
    if (rs_container_find(container, r->name) != NULL)
        return rs_fail(err, RECSYS_E_DAMAGED, "%s: section \"%s\" is there twice", path,
                       r->name);
    if (r->offset != from || r->offset > container->file.size ||
        r->size > container->file.size - r->offset)
        return rs_fail(err, RECSYS_E_DAMAGED, "%s: section \"%s\" lies outside the file", path,
                       r->name);
    if (r->flags > 1)
        return rs_fail(err, RECSYS_E_MODEL_VERSION, "%s: section \"%s\" has unknown flags",
                       path, r->name);
    return RECSYS_OK;
}

static recsys_status read_table(rs_container *container, const char *path, recsys_error *err)
{
    const unsigned char *data = container->file.data;
    uint64_t parts;
    uint32_t head[2];
    memcpy(&parts, data + HEADER, 8);
    memcpy(head, data + HEADER + 8, 8);
    if (parts > MOST_PARTS || TABLE_AT + parts * ROW > container->file.size || head[1] != 0 ||
        crc(data + TABLE_AT, (size_t)parts * ROW) != head[0])
        return rs_fail(err, RECSYS_E_DAMAGED, "%s: the table of sections is damaged", path);
    uint64_t from = aligned(TABLE_AT + parts * ROW);
    for (size_t i = 0; i < parts; i++) {
        row r;
        memcpy(&r, data + TABLE_AT + i * ROW, sizeof r);
        recsys_status status = check_row(container, &r, from, path, err);
        if (status == RECSYS_OK)
            status = rs_container_add(container, r.name, (int)(r.flags & 1), data + r.offset,
                                      (size_t)r.size, NULL, err);
        if (status != RECSYS_OK) return status;
        container->parts[i].checksum = r.checksum;
        from = aligned(r.offset + r.size);
    }
    if (from != container->file.size)
        return rs_fail(err, RECSYS_E_DAMAGED, "%s: has bytes that belong to no section", path);
    return RECSYS_OK;
}

recsys_status rs_container_bind(rs_container *container, rs_bytes *bytes, const char *path,
                                const char *kind, recsys_error *err)
{
    rs_container_begin(container, bytes->runtime, kind);
    container->file = *bytes;
    recsys_status status = check_header(&container->file, path, kind, err);
    if (status == RECSYS_OK) status = read_table(container, path, err);
    if (status != RECSYS_OK) {
        rs_container_close(container);
        return status;
    }
    container->sealed = 1;
    memcpy(container->hash, container->file.data + 32, 32);
    return RECSYS_OK;
}

recsys_status rs_container_open(rs_container *container, recsys_runtime *runtime,
                                const char *path, const char *kind, recsys_error *err)
{
    rs_bytes bytes;
    recsys_status status = rs_bytes_open(&bytes, runtime, path, err);
    return status != RECSYS_OK ? status : rs_container_bind(container, &bytes, path, kind, err);
}

recsys_status rs_container_verify(const rs_container *container, int hash, recsys_error *err)
{
    unsigned char found[32];
    for (size_t i = 0; i < container->count; i++) {
        const rs_part *part = &container->parts[i];
        if (crc(part->data, part->size) != part->checksum)
            return rs_fail(err, RECSYS_E_DAMAGED,
                           "section \"%s\" is damaged: its checksum differs", part->name);
    }
    if (!hash) return RECSYS_OK;
    if (container->file.size > 0) {
        rs_sha256 sha;
        rs_sha256_begin(&sha);
        rs_sha256_add(&sha, container->file.data + HEADER, container->file.size - HEADER);
        rs_sha256_end(&sha, found);
    } else {
        hash_body(container, found);
    }
    if (memcmp(found, container->hash, sizeof found) != 0)
        return rs_fail(err, RECSYS_E_DAMAGED, "the content does not match its hash");
    return RECSYS_OK;
}

void rs_container_close(rs_container *container)
{
    for (size_t i = 0; i < container->count; i++)
        rs_free(container->runtime, container->parts[i].owned);
    rs_free(container->runtime, container->parts);
    if (container->file.data != NULL) rs_bytes_close(&container->file);
    *container = (rs_container){.runtime = container->runtime};
}

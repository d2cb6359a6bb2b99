#include "data/ids.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

enum { HEAD = 16 }; /* bytes of count and textual before the table */

/* ---- looking up ------------------------------------------------------------------ */

static size_t find_integer(const rs_ids *ids, int64_t wanted)
{
    size_t low = 0, high = ids->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ids->integers[middle] < wanted)
            low = middle + 1;
        else
            high = middle;
    }
    return low < ids->count && ids->integers[low] == wanted ? low : SIZE_MAX;
}

static int compare_bytes(const char *a, size_t a_size, const char *b, size_t b_size)
{
    int order = memcmp(a, b, a_size < b_size ? a_size : b_size);
    if (order != 0) return order;
    return a_size == b_size ? 0 : a_size < b_size ? -1 : 1;
}

static size_t find_text(const rs_ids *ids, const char *text, size_t size)
{
    size_t low = 0, high = ids->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        uint64_t from = ids->offsets[middle];
        int order = compare_bytes(ids->bytes + from, (size_t)(ids->offsets[middle + 1] - from),
                                  text, size);
        if (order == 0) return middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return SIZE_MAX;
}

size_t rs_ids_find(const rs_ids *ids, const char *text, size_t size)
{
    int64_t value;
    if (ids->textual) return find_text(ids, text, size);
    return rs_parse_id(text, size, &value) ? find_integer(ids, value) : SIZE_MAX;
}

static size_t format_decimal(int64_t value, char digits[24])
{
    return rs_format_count(digits, (uint64_t)value);
}

static rs_id_text text_at(const rs_ids *ids, size_t i)
{
    uint64_t from = ids->offsets[i];
    return (rs_id_text){ids->bytes + from, (size_t)(ids->offsets[i + 1] - from)};
}

rs_id_text rs_ids_at(const rs_ids *ids, size_t i, char digits[24])
{
    if (ids->textual) return text_at(ids, i);
    return (rs_id_text){digits, format_decimal(ids->integers[i], digits)};
}

size_t rs_ids_text(const rs_ids *ids, size_t i, char *buffer, size_t size)
{
    char digits[24];
    rs_id_text text = {"", 0};
    if (i < ids->count) text = rs_ids_at(ids, i, digits);
    if (size > 0) {
        size_t take = text.size < size - 1 ? text.size : size - 1;
        memcpy(buffer, text.data, take);
        buffer[take] = '\0';
    }
    return text.size;
}

/* ---- checking -------------------------------------------------------------------- */

static recsys_status check_integers(const rs_ids *ids, const char *what, recsys_error *err)
{
    for (size_t i = 0; i < ids->count; i++)
        if (ids->integers[i] < 0 || (i > 0 && ids->integers[i] <= ids->integers[i - 1]))
            return rs_fail(err, RECSYS_E_DAMAGED,
                           "section \"%s\": id number %zu is not in order", what, i);
    return RECSYS_OK;
}

static recsys_status check_offsets(const rs_ids *ids, uint64_t bytes, const char *what,
                                   recsys_error *err)
{
    int good = ids->offsets[0] == 0 && ids->offsets[ids->count] == bytes;
    for (size_t i = 0; good && i < ids->count; i++) {
        uint64_t from = ids->offsets[i], to = ids->offsets[i + 1];
        good = to > from && to <= bytes && to - from <= RS_ID_BYTES;
    }
    if (good) return RECSYS_OK;
    return rs_fail(err, RECSYS_E_DAMAGED, "section \"%s\": offsets of ids are out of bounds",
                   what);
}

static recsys_status check_texts(const rs_ids *ids, const char *what, recsys_error *err)
{
    for (size_t i = 0; i < ids->count; i++) {
        rs_id_text text = text_at(ids, i), last = {"", 0};
        if (i > 0) last = text_at(ids, i - 1);
        if (compare_bytes(last.data, last.size, text.data, text.size) >= 0)
            return rs_fail(err, RECSYS_E_DAMAGED,
                           "section \"%s\": id number %zu is not in order", what, i);
        if (memchr(text.data, 0, text.size) != NULL || !rs_utf8_valid(text.data, text.size))
            return rs_fail(err, RECSYS_E_DAMAGED, "section \"%s\": id number %zu is not UTF-8",
                           what, i);
    }
    return RECSYS_OK;
}

void rs_ids_view(rs_ids *ids, const void *part)
{
    const char *at = part;
    const uint64_t *head = part;
    *ids = (rs_ids){.count = (size_t)head[0], .textual = head[1] != 0};
    if (ids->textual) {
        ids->offsets = (const uint64_t *)(const void *)(at + HEAD);
        ids->bytes = at + HEAD + (ids->count + 1) * sizeof *ids->offsets;
    } else {
        ids->integers = (const int64_t *)(const void *)(at + HEAD);
    }
}

recsys_status rs_ids_bind(rs_ids *ids, const void *part, size_t size, const char *what,
                          recsys_error *err)
{
    const uint64_t *head = part;
    uint64_t room = size >= HEAD ? (size - HEAD) / 8 : 0;
    if (size < HEAD || head[1] > 1 || head[0] >= UINT32_MAX || head[0] + head[1] > room ||
        (head[1] == 0 && size != HEAD + head[0] * 8))
        return rs_fail(err, RECSYS_E_DAMAGED, "section \"%s\" is not a table of ids", what);
    rs_ids_view(ids, part);
    if (!ids->textual) return check_integers(ids, what, err);
    uint64_t bytes = size - HEAD - (ids->count + 1) * 8;
    recsys_status status = check_offsets(ids, bytes, what, err);
    return status != RECSYS_OK ? status : check_texts(ids, what, err);
}

/* ---- packing --------------------------------------------------------------------- */

/* Room for a part of `count` ids, of `bytes` bytes in all when textual; head filled in. */
static char *begin_part(recsys_runtime *rt, size_t count, int textual, size_t bytes,
                        size_t *size)
{
    size_t table;
    if (!rs_mul(count + (textual ? 1 : 0), 8, &table) || !rs_add(table, HEAD + bytes, size))
        return NULL;
    char *part = rs_array(rt, *size, 1);
    uint64_t head[2] = {count, (uint64_t)(textual != 0)};
    if (part != NULL) memcpy(part, head, sizeof head);
    return part;
}

static size_t count_used(const rs_ids *ids, const uint8_t *used, size_t *bytes)
{
    size_t count = 0;
    *bytes = 0;
    for (size_t i = 0; i < ids->count; i++) {
        if (used != NULL && !used[i]) continue;
        count++;
        if (ids->textual) *bytes += (size_t)(ids->offsets[i + 1] - ids->offsets[i]);
    }
    return count;
}

static void put_texts(const rs_ids *ids, const uint8_t *used, size_t count, char *part)
{
    uint64_t *offsets = (uint64_t *)(void *)(part + HEAD), at = 0;
    char *bytes = part + HEAD + (count + 1) * 8;
    size_t n = 0;
    for (size_t i = 0; i < ids->count; i++) {
        if (used != NULL && !used[i]) continue;
        rs_id_text text = text_at(ids, i);
        offsets[n++] = at;
        memcpy(bytes + at, text.data, text.size);
        at += text.size;
    }
    offsets[count] = at;
}

static void put_integers(const rs_ids *ids, const uint8_t *used, char *part)
{
    int64_t *integers = (int64_t *)(void *)(part + HEAD);
    size_t n = 0;
    for (size_t i = 0; i < ids->count; i++)
        if (used == NULL || used[i]) integers[n++] = ids->integers[i];
}

recsys_status rs_ids_select(const rs_ids *ids, const uint8_t *used, recsys_runtime *rt,
                            void **part, size_t *part_size, recsys_error *err)
{
    size_t bytes, count = count_used(ids, used, &bytes);
    char *made = begin_part(rt, count, ids->textual, bytes, part_size);
    if (made == NULL) return rs_fail_memory(err, "table of ids");
    if (ids->textual)
        put_texts(ids, used, count, made);
    else
        put_integers(ids, used, made);
    *part = made;
    return RECSYS_OK;
}

recsys_status rs_ids_pack(const rs_ids *ids, recsys_runtime *rt, void **part, size_t *size,
                          recsys_error *err)
{
    return rs_ids_select(ids, NULL, rt, part, size, err);
}

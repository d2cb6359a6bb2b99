/* Several tables of ids into one: rs_id_tables_merge and rs_ids_union. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "data/idtable.h"
#include "base/order.h"

enum { DIGITS = 20 };

typedef struct merge {
    rs_id_table *const *tables;
    size_t count, total, integers; /* integers: entries that are canonical decimals */
    const size_t *base;
    uint32_t *map;
    recsys_runtime *rt;
} merge;

/* ---- all integers ---------------------------------------------------------------- */

static void gather_integers(const merge *m, rs_keyed *items)
{
    for (size_t t = 0; t < m->count; t++)
        for (size_t i = 0; i < m->tables[t]->count; i++) {
            size_t number = m->base[t] + i;
            items[number] = (rs_keyed){(uint64_t)m->tables[t]->value[i], number};
        }
}

/* Number the sorted items and keep one of each; returns how many there are. */
static size_t number_integers(const merge *m, const rs_keyed *items, int64_t *unique)
{
    size_t count = 0;
    for (size_t i = 0; i < m->total; i++) {
        if (i == 0 || items[i].key != items[i - 1].key) unique[count++] = (int64_t)items[i].key;
        m->map[items[i].value] = (uint32_t)(count - 1);
    }
    return count;
}

static recsys_status merge_integers(const merge *m, void **part, size_t *part_size,
                                    recsys_error *err)
{
    recsys_status status = RECSYS_OK;
    rs_keyed *items = rs_array(m->rt, m->total, 2 * sizeof *items);
    int64_t *unique = rs_array(m->rt, m->total, sizeof *unique);
    if (items == NULL || unique == NULL) {
        status = rs_fail_memory(err, "merging ids");
        goto out;
    }
    gather_integers(m, items);
    rs_sort_keyed(items, items + m->total, m->total);
    rs_ids ids = {.integers = unique};
    ids.count = number_integers(m, items, unique);
    status = rs_ids_pack(&ids, m->rt, part, part_size, err);
out:
    rs_free(m->rt, items);
    rs_free(m->rt, unique);
    return status;
}

/* ---- any text -------------------------------------------------------------------- */

static rs_text_ref ref_of(const rs_id_table *table, size_t i, size_t number, char **digits)
{
    int64_t value = table->value[i];
    if (value < 0) {
        size_t text = (size_t)(-1 - value);
        uint64_t from = table->text_at[text];
        return rs_text_ref_of(table->bytes + from, (size_t)(table->text_at[text + 1] - from),
                              number);
    }
    char *at = *digits, plain[DIGITS + 4];
    int size = snprintf(plain, sizeof plain, "%" PRId64, value);
    memcpy(at, plain, (size_t)size);
    *digits += size;
    return rs_text_ref_of(at, (size_t)size, number);
}

static void gather_texts(const merge *m, rs_text_ref *refs, char *digits)
{
    for (size_t t = 0; t < m->count; t++)
        for (size_t i = 0; i < m->tables[t]->count; i++)
            refs[m->base[t] + i] = ref_of(m->tables[t], i, m->base[t] + i, &digits);
}

/* Number the sorted refs and move one of each to the front; returns how many there are. */
static size_t number_texts(const merge *m, rs_text_ref *refs, size_t *bytes)
{
    size_t count = 0;
    *bytes = 0;
    for (size_t i = 0; i < m->total; i++) {
        uint32_t number = refs[i].number;
        if (i == 0 || rs_text_ref_compare(&refs[i], &refs[count - 1]) != 0) {
            *bytes += refs[i].size;
            refs[count++] = refs[i];
        }
        m->map[number] = (uint32_t)(count - 1);
    }
    return count;
}

static recsys_status pack_refs(const merge *m, const rs_text_ref *refs, size_t count,
                               size_t bytes, void **part, size_t *part_size, recsys_error *err)
{
    uint64_t *offsets = rs_array(m->rt, count + 1, sizeof *offsets), at = 0;
    char *data = rs_array(m->rt, bytes, 1);
    recsys_status status;
    if (offsets == NULL || data == NULL) {
        status = rs_fail_memory(err, "merging ids");
    } else {
        for (size_t i = 0; i < count; i++) {
            offsets[i] = at;
            memcpy(data + at, refs[i].data, refs[i].size);
            at += refs[i].size;
        }
        offsets[count] = at;
        rs_ids ids = {.count = count, .textual = 1, .offsets = offsets, .bytes = data};
        status = rs_ids_pack(&ids, m->rt, part, part_size, err);
    }
    rs_free(m->rt, offsets);
    rs_free(m->rt, data);
    return status;
}

static recsys_status merge_texts(const merge *m, void **part, size_t *part_size,
                                 recsys_error *err)
{
    recsys_status status;
    rs_text_ref *refs = rs_array(m->rt, m->total, 2 * sizeof *refs);
    char *digits = rs_array(m->rt, m->integers, DIGITS);
    if (refs == NULL || digits == NULL) {
        status = rs_fail_memory(err, "merging ids");
    } else {
        size_t bytes;
        gather_texts(m, refs, digits);
        rs_sort_texts(refs, refs + m->total, m->total);
        size_t count = number_texts(m, refs, &bytes);
        status = pack_refs(m, refs, count, bytes, part, part_size, err);
    }
    rs_free(m->rt, refs);
    rs_free(m->rt, digits);
    return status;
}

recsys_status rs_id_tables_merge(rs_id_table *const *tables, size_t count, recsys_runtime *rt,
                                 void **part, size_t *part_size, uint32_t **map, size_t *base,
                                 recsys_error *err)
{
    merge m = {.tables = tables, .count = count, .base = base, .rt = rt};
    int textual = 0;
    for (size_t t = 0; t < count; t++) {
        base[t] = m.total;
        m.total += tables[t]->count;
        m.integers += tables[t]->count - tables[t]->texts;
        textual |= tables[t]->texts > 0;
    }
    base[count] = m.total;
    if (m.total >= UINT32_MAX)
        return rs_fail(err, RECSYS_E_UNSUPPORTED, "more than 2^32 - 2 different ids");
    m.map = rs_array(rt, m.total, sizeof *m.map);
    if (m.map == NULL) return rs_fail_memory(err, "merging ids");
    recsys_status status = textual ? merge_texts(&m, part, part_size, err)
                                   : merge_integers(&m, part, part_size, err);
    if (status == RECSYS_OK)
        *map = m.map;
    else
        rs_free(rt, m.map);
    return status;
}

/* ---- union of two sorted tables -------------------------------------------------- */

static int fill_table(rs_id_table *table, const rs_ids *ids)
{
    char digits[24];
    for (size_t i = 0; i < ids->count; i++) {
        rs_id_text text = rs_ids_at(ids, i, digits);
        if (rs_id_table_text(table, text.data, text.size) == RS_NO_ID) return 0;
    }
    return 1;
}

recsys_status rs_ids_union(const rs_ids *a, const rs_ids *b, recsys_runtime *rt, void **part,
                           size_t *part_size, uint32_t **map_a, uint32_t **map_b,
                           recsys_error *err)
{
    recsys_status status;
    rs_id_table first, second, *const both[2] = {&first, &second};
    uint32_t *map = NULL, *copy = NULL;
    void *made = NULL;
    size_t base[3];
    rs_id_table_begin(&first, rt);
    rs_id_table_begin(&second, rt);
    if (!fill_table(&first, a) || !fill_table(&second, b)) {
        status = rs_fail_memory(err, "union of ids");
        goto out;
    }
    RS_TRY(rs_id_tables_merge(both, 2, rt, &made, part_size, &map, base, err));
    copy = rs_array_copy(rt, map + base[1], b->count, sizeof *copy);
    if (copy == NULL) {
        rs_free(rt, map);
        rs_free(rt, made);
        status = rs_fail_memory(err, "union of ids");
        goto out;
    }
    *part = made;
    *map_a = map; /* its tail, b's part, is simply not used */
    *map_b = copy;
out:
    rs_id_table_free(&first);
    rs_id_table_free(&second);
    return status;
}

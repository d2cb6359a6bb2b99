#include "data/idtable.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

#define NO_KEY UINT64_MAX /* no integer id is that large */
#define TEXT_SEED UINT64_C(0x1d5)

void rs_id_table_begin(rs_id_table *table, recsys_runtime *runtime)
{
    *table = (rs_id_table){.runtime = runtime, .last_key = NO_KEY};
}

void rs_id_table_free(rs_id_table *table)
{
    rs_free(table->runtime, table->direct);
    rs_free(table->runtime, table->slots);
    rs_free(table->runtime, table->value);
    rs_free(table->runtime, table->text_at);
    rs_free(table->runtime, table->bytes);
    rs_id_table_begin(table, table->runtime);
}

/* ---- growing --------------------------------------------------------------------- */

static int grow_slots(rs_id_table *table)
{
    int bits = table->bits == 0 ? 8 : table->bits + 1;
    size_t mask = ((size_t)1 << bits) - 1;
    rs_id_slot *old = table->slots;
    rs_id_slot *slots = rs_array_zero(table->runtime, mask + 1, sizeof *slots);
    if (slots == NULL) return 0;
    size_t before = table->bits == 0 ? 0 : (size_t)1 << table->bits;
    table->slots = slots;
    table->bits = bits;
    for (size_t i = 0; i < before; i++) {
        if (old[i].entry == 0) continue;
        size_t at = rs_id_slot_of(table, old[i].key);
        while (slots[at].entry != 0) at = (at + 1) & mask;
        slots[at] = old[i];
    }
    rs_free(table->runtime, old);
    return 1;
}

static int make_room(rs_id_table *table)
{
    return table->count < RS_NO_ID - 1 &&
           rs_reserve(table->runtime, &table->value, &table->capacity, table->count + 1,
                      sizeof *table->value);
}

static uint32_t add_entry(rs_id_table *table, int64_t value)
{
    table->value[table->count] = value;
    return (uint32_t)table->count++;
}

/* Add an entry that is found by hash; at most half of the slots are used. */
static uint32_t add_hashed(rs_id_table *table, uint64_t key, int text, int64_t value)
{
    if ((table->bits == 0 || table->hashed >= (size_t)1 << (table->bits - 1)) &&
        !grow_slots(table))
        return RS_NO_ID;
    size_t mask = ((size_t)1 << table->bits) - 1, at = rs_id_slot_of(table, key);
    while (table->slots[at].entry != 0) at = (at + 1) & mask;
    uint32_t number = add_entry(table, value);
    table->slots[at] = (rs_id_slot){key, number + 1, (uint32_t)text};
    table->hashed++;
    return number;
}

static int grow_direct(rs_id_table *table, uint64_t integer)
{
    size_t size = table->direct_size == 0 ? 1 << 10 : table->direct_size;
    while (size <= integer) size *= 2;
    uint32_t *direct = rs_array_resize(table->runtime, table->direct, size, sizeof *direct);
    if (direct == NULL) return 0;
    memset(direct + table->direct_size, 0, (size - table->direct_size) * sizeof *direct);
    table->direct = direct;
    table->direct_size = size;
    return 1;
}

uint32_t rs_id_table_add(rs_id_table *table, uint64_t integer)
{
    uint32_t number;
    if (!make_room(table)) return RS_NO_ID;
    if (integer >= RS_DIRECT_IDS) {
        number = add_hashed(table, integer, 0, (int64_t)integer);
        if (number == RS_NO_ID) return RS_NO_ID;
    } else {
        if (integer >= table->direct_size && !grow_direct(table, integer)) return RS_NO_ID;
        number = add_entry(table, (int64_t)integer);
        table->direct[integer] = number + 1;
    }
    table->last_key = integer;
    return table->last = number;
}

/* ---- texts ----------------------------------------------------------------------- */

static int same_text(const rs_id_table *table, uint32_t entry, const char *text, size_t size)
{
    size_t number = (size_t)(-1 - table->value[entry]);
    uint64_t from = table->text_at[number];
    return table->text_at[number + 1] - from == size &&
           memcmp(table->bytes + from, text, size) == 0;
}

static uint32_t add_text(rs_id_table *table, uint64_t key, const char *text, size_t size)
{
    size_t used = table->texts == 0 ? 0 : (size_t)table->text_at[table->texts];
    if (!make_room(table) ||
        !rs_reserve(table->runtime, &table->text_at, &table->text_capacity, table->texts + 2,
                    sizeof *table->text_at) ||
        !rs_reserve(table->runtime, &table->bytes, &table->bytes_capacity, used + size, 1))
        return RS_NO_ID;
    memcpy(table->bytes + used, text, size);
    table->text_at[table->texts] = used;
    table->text_at[table->texts + 1] = used + size;
    uint32_t number = add_hashed(table, key, 1, -1 - (int64_t)table->texts);
    if (number != RS_NO_ID) table->texts++;
    return number;
}

uint32_t rs_id_table_text(rs_id_table *table, const char *text, size_t size)
{
    int64_t integer;
    if (rs_parse_id(text, size, &integer)) return rs_id_table_integer(table, (uint64_t)integer);
    uint64_t key = rs_hash64(text, size, TEXT_SEED);
    if (table->bits > 0) {
        size_t mask = ((size_t)1 << table->bits) - 1, at = rs_id_slot_of(table, key);
        for (; table->slots[at].entry != 0; at = (at + 1) & mask) {
            const rs_id_slot *slot = &table->slots[at];
            if (slot->key == key && slot->text && same_text(table, slot->entry - 1, text, size))
                return slot->entry - 1;
        }
    }
    return add_text(table, key, text, size);
}

rs_id_text rs_id_table_at(const rs_id_table *table, uint32_t i, char digits[24])
{
    int64_t value = table->value[i];
    if (value >= 0) {
        size_t size = rs_format_count(digits, (uint64_t)value);
        return (rs_id_text){digits, size};
    }
    const uint64_t *at = &table->text_at[-1 - value];
    return (rs_id_text){table->bytes + at[0], (size_t)(at[1] - at[0])};
}

const char *rs_id_problem(const char *text, size_t size)
{
    if (size == 0) return "an id, not empty";
    if (size > RS_ID_BYTES) return "an id of at most 4096 bytes";
    if (memchr(text, 0, size) != NULL) return "an id without zero bytes";
    return rs_utf8_valid(text, size) ? NULL : "an id in UTF-8";
}

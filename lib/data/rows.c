#include "data/rows.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"

enum { FEWEST_ROWS = 16 };

void rs_collector_begin(rs_collector *collector, recsys_runtime *runtime)
{
    memset(collector, 0, sizeof *collector);
    collector->runtime = runtime;
    rs_id_table_begin(&collector->users, runtime);
    rs_id_table_begin(&collector->movies, runtime);
    memset(collector->tenth, RS_ROW_WITHDRAWN, sizeof collector->tenth);
}

void rs_collector_free(rs_collector *collector)
{
    rs_id_table_free(&collector->users);
    rs_id_table_free(&collector->movies);
}

unsigned rs_collector_code(rs_collector *collector, float value)
{
    uint32_t bits;
    if (value == 0) value = 0; /* no negative zero */
    memcpy(&bits, &value, sizeof bits);
    size_t at = (bits * UINT32_C(0x9e3779b9)) >> 23;
    for (; collector->slot[at].code != 0; at = (at + 1) % RS_ROW_SLOTS)
        if (collector->slot[at].bits == bits) return collector->slot[at].code - 1;
    if (collector->values == RS_ROW_VALUES) return RS_ROW_WITHDRAWN;
    collector->value[collector->values++] = value;
    collector->slot[at].bits = bits;
    collector->slot[at].code = (uint32_t)collector->values;
    return (unsigned)collector->values - 1;
}

/* ---- arrays ---------------------------------------------------------------------- */

static int resize(rs_rows *rows, void *array, size_t count, size_t size)
{
    void *old, *made;
    memcpy(&old, array, sizeof old);
    made = rs_array_resize(rows->runtime, old, count, size);
    if (made == NULL) return 0;
    memcpy(array, &made, sizeof made);
    return 1;
}

static int resize_all(rs_rows *rows, size_t capacity)
{
    int fine = resize(rows, &rows->user, capacity, sizeof *rows->user) &&
               resize(rows, &rows->movie, capacity, sizeof *rows->movie);
    if (fine && rows->code != NULL) fine = resize(rows, &rows->code, capacity, 1);
    if (fine && rows->value != NULL)
        fine = resize(rows, &rows->value, capacity, sizeof *rows->value);
    if (fine && rows->second != NULL)
        fine = resize(rows, &rows->second, capacity, sizeof *rows->second);
    if (fine && rows->milli != NULL)
        fine = resize(rows, &rows->milli, capacity, sizeof *rows->milli);
    return fine;
}

int rs_rows_begin(rs_rows *rows, recsys_runtime *runtime, size_t collector, size_t expected)
{
    size_t capacity = expected < FEWEST_ROWS ? FEWEST_ROWS : expected;
    *rows = (rs_rows){.runtime = runtime, .collector = collector};
    rows->user = rs_array(runtime, capacity, sizeof *rows->user);
    rows->movie = rs_array(runtime, capacity, sizeof *rows->movie);
    rows->code = rs_array(runtime, capacity, sizeof *rows->code);
    rows->second = rs_array(runtime, capacity, sizeof *rows->second);
    if (rows->user != NULL && rows->movie != NULL && rows->code != NULL &&
        rows->second != NULL) {
        rows->capacity = capacity;
        return 1;
    }
    rs_rows_free(rows);
    return 0;
}

int rs_rows_grow(rs_rows *rows)
{
    size_t capacity;
    if (!rs_add(rows->capacity, rows->capacity / 4 + FEWEST_ROWS, &capacity)) return 0;
    if (!resize_all(rows, capacity)) return 0;
    rows->capacity = capacity;
    return 1;
}

int rs_rows_fit(rs_rows *rows)
{
    if (rows->count == rows->capacity) return 1;
    int fine = resize_all(rows, rows->count);
    rows->capacity = rows->count; /* some array may be shorter now */
    return fine;
}

void rs_rows_free(rs_rows *rows)
{
    if (rows->runtime == NULL) return;
    rs_free(rows->runtime, rows->user);
    rs_free(rows->runtime, rows->movie);
    rs_free(rows->runtime, rows->code);
    rs_free(rows->runtime, rows->value);
    rs_free(rows->runtime, rows->second);
    rs_free(rows->runtime, rows->milli);
    *rows = (rs_rows){.runtime = rows->runtime};
}

/* ---- wider forms ----------------------------------------------------------------- */

static int widen_values(rs_rows *rows, const rs_collector *collector)
{
    rows->value = rs_array(rows->runtime, rows->capacity, sizeof *rows->value);
    if (rows->value == NULL) return 0;
    for (size_t i = 0; i < rows->count; i++) {
        uint8_t code = rows->code[i];
        rows->value[i] = code == RS_ROW_WITHDRAWN ? NAN : collector->value[code];
    }
    rs_free(rows->runtime, rows->code);
    rows->code = NULL;
    return 1;
}

static int widen_times(rs_rows *rows)
{
    rows->milli = rs_array(rows->runtime, rows->capacity, sizeof *rows->milli);
    if (rows->milli == NULL) return 0;
    for (size_t i = 0; i < rows->count; i++) rows->milli[i] = (int64_t)rows->second[i] * 1000;
    rs_free(rows->runtime, rows->second);
    rows->second = NULL;
    return 1;
}

int rs_rows_put(rs_rows *rows, rs_collector *collector, uint32_t user, uint32_t movie,
                float value, int64_t milli)
{
    unsigned code = RS_ROW_WITHDRAWN;
    if (value == 0) value = 0; /* no negative zero */
    if (rows->count == rows->capacity && !rs_rows_grow(rows)) return 0;
    if (rows->code != NULL && !isnan(value)) {
        code = rs_collector_code(collector, value);
        if (code == RS_ROW_WITHDRAWN && !widen_values(rows, collector)) return 0;
    }
    if (rows->second != NULL && (milli % 1000 != 0 || milli / 1000 > UINT32_MAX) &&
        !widen_times(rows))
        return 0;
    size_t at = rows->count++;
    rows->user[at] = user;
    rows->movie[at] = movie;
    if (rows->code != NULL)
        rows->code[at] = (uint8_t)code;
    else
        rows->value[at] = value;
    if (rows->second != NULL)
        rows->second[at] = (uint32_t)(milli / 1000);
    else
        rows->milli[at] = milli;
    return 1;
}

#include "data/catalogue_build.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/order.h"

static const char call[] = "reading a catalogue";

enum { FIRST_YEAR = 1800, LAST_YEAR = 2199, STRINGS = RS_FIELDS + 1 };

/* Where a row's strings lie in rs_catalogue_builder.bytes: the id, then fields by number. */
struct rs_built {
    size_t start[STRINGS + 1];
    int32_t year;
};

/* ---- rows ------------------------------------------------------------------------ */

void rs_movie_row_begin(rs_movie_row *row, recsys_runtime *runtime)
{
    rs_text_begin(&row->id, runtime);
    for (int field = 0; field < RS_FIELDS; field++) rs_text_begin(&row->field[field], runtime);
    row->year = 0;
}

static void empty_text(rs_text *text)
{
    text->size = 0;
    rs_text_add_bytes(text, "", 0);
}

void rs_movie_row_clear(rs_movie_row *row)
{
    empty_text(&row->id);
    for (int field = 0; field < RS_FIELDS; field++) empty_text(&row->field[field]);
    row->year = 0;
}

void rs_movie_row_free(rs_movie_row *row)
{
    rs_text_free(&row->id);
    for (int field = 0; field < RS_FIELDS; field++) rs_text_free(&row->field[field]);
}

/* ---- cleaning -------------------------------------------------------------------- */

static int is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static size_t without_blanks(const char *text, size_t size)
{
    while (size > 0 && is_blank(text[size - 1])) size--;
    return size;
}

/* "(1999)" at text, 6 bytes. */
static int year_in_brackets(const char *text)
{
    int year = 0;
    if (text[0] != '(' || text[5] != ')') return 0;
    for (int i = 1; i <= 4; i++) {
        if (text[i] < '0' || text[i] > '9') return 0;
        year = year * 10 + (text[i] - '0');
    }
    return year >= FIRST_YEAR && year <= LAST_YEAR ? year : 0;
}

int rs_title_year(const char *title, size_t *size)
{
    size_t end = without_blanks(title, *size);
    int year = end > 6 ? year_in_brackets(title + end - 6) : 0;
    size_t left = year == 0 ? end : without_blanks(title, end - 6);
    if (left == 0) { /* nothing but a year: that is the title */
        year = 0;
        left = end;
    }
    *size = left;
    return year;
}

/* A year in the title counts unless the row gives another one: then it is part of the name. */
static void clean_title(rs_movie_row *row)
{
    rs_text *title = &row->field[RS_TITLE];
    size_t lead = 0;
    while (lead < title->size && is_blank(title->data[lead])) lead++;
    memmove(title->data, title->data + lead, title->size - lead + 1);
    title->size -= lead;
    size_t size = title->size;
    int year = rs_title_year(title->data, &size);
    if (year != 0 && row->year != 0 && row->year != year)
        size = without_blanks(title->data, title->size);
    else if (year != 0)
        row->year = year;
    title->size = size;
    title->data[size] = '\0';
}

/* MovieLens' ways to say that a movie has no genre. */
static int is_no_genre(const char *name, size_t size)
{
    static const char none[] = "(no genres listed)";
    return size == sizeof none - 1 && memcmp(name, none, size) == 0;
}

/* Write a list again without blanks around its names and without empty ones. */
static void clean_list(rs_text *list, int genres)
{
    const char *at = list->data, *name;
    size_t size, out = 0;
    while (rs_list_next(&at, &name, &size)) {
        if (genres && is_no_genre(name, size)) continue;
        if (out > 0) list->data[out++] = '|';
        memmove(list->data + out, name, size);
        out += size;
    }
    list->size = out;
    list->data[out] = '\0';
}

static int any_failed(const rs_movie_row *row)
{
    int failed = row->id.failed;
    for (int field = 0; field < RS_FIELDS; field++) failed |= row->field[field].failed;
    return failed;
}

/* ---- adding ---------------------------------------------------------------------- */

void rs_builder_begin(rs_catalogue_builder *build, recsys_runtime *runtime)
{
    *build = (rs_catalogue_builder){.runtime = runtime};
    rs_text_begin(&build->bytes, runtime);
}

void rs_builder_free(rs_catalogue_builder *build)
{
    rs_text_free(&build->bytes);
    rs_free(build->runtime, build->rows);
}

static void add_string(rs_catalogue_builder *build, struct rs_built *built, int number,
                       const rs_text *text)
{
    built->start[number] = build->bytes.size;
    rs_text_add_bytes(&build->bytes, text->data, text->size + 1);
}

recsys_status rs_builder_add(rs_catalogue_builder *build, rs_movie_row *row, recsys_error *err)
{
    if (any_failed(row) || !rs_reserve(build->runtime, &build->rows, &build->capacity,
                                       build->count + 1, sizeof *build->rows))
        return rs_fail_memory(err, call);
    clean_title(row);
    clean_list(&row->field[RS_GENRES], 1);
    clean_list(&row->field[RS_CAST], 0);
    clean_list(&row->field[RS_TAGS], 0);
    struct rs_built *built = &build->rows[build->count];
    built->year = (int32_t)row->year;
    add_string(build, built, 0, &row->id);
    for (int field = 0; field < RS_FIELDS; field++)
        add_string(build, built, field + 1, &row->field[field]);
    built->start[STRINGS] = build->bytes.size;
    if (build->bytes.failed) return rs_fail_memory(err, call);
    build->count++;
    return RECSYS_OK;
}

/* ---- order ----------------------------------------------------------------------- */

static const char *id_of(const rs_catalogue_builder *build, size_t row, size_t *size)
{
    const size_t *start = build->rows[row].start;
    *size = start[1] - start[0] - 1;
    return build->bytes.data + start[0];
}

/* 1 if every id is an integer. */
static int all_integers(const rs_catalogue_builder *build)
{
    size_t size;
    int64_t integer;
    for (size_t i = 0; i < build->count; i++) {
        const char *id = id_of(build, i, &size);
        if (!rs_parse_id(id, size, &integer)) return 0;
    }
    return 1;
}

static int same_id(const rs_catalogue_builder *build, size_t a, size_t b)
{
    size_t left, right;
    const char *x = id_of(build, a, &left), *y = id_of(build, b, &right);
    return left == right && memcmp(x, y, left) == 0;
}

/* Row numbers by id, rows of one id in their own order. 0: out of memory. */
static int sort_integers(const rs_catalogue_builder *build, size_t *order)
{
    size_t count = build->count, size;
    int64_t integer = 0;
    rs_keyed *items = rs_array(build->runtime, count, 2 * sizeof *items);
    if (items == NULL) return 0;
    for (size_t i = 0; i < count; i++) {
        const char *id = id_of(build, i, &size);
        (void)rs_parse_id(id, size, &integer);
        items[i] = (rs_keyed){(uint64_t)integer, i};
    }
    rs_sort_keyed(items, items + count, count);
    for (size_t i = 0; i < count; i++) order[i] = (size_t)items[i].value;
    rs_free(build->runtime, items);
    return 1;
}

static int sort_texts(const rs_catalogue_builder *build, size_t *order)
{
    size_t count = build->count, size;
    rs_text_ref *items = rs_array(build->runtime, count, 2 * sizeof *items);
    if (items == NULL) return 0;
    for (size_t i = 0; i < count; i++) {
        const char *id = id_of(build, i, &size);
        items[i] = rs_text_ref_of(id, size, i);
    }
    rs_sort_texts(items, items + count, count);
    for (size_t i = 0; i < count; i++) order[i] = items[i].number;
    rs_free(build->runtime, items);
    return 1;
}

/* Of rows with one id keep the last; returns how many are left. */
static size_t drop_replaced(const rs_catalogue_builder *build, size_t *order)
{
    size_t left = 0;
    for (size_t i = 0; i < build->count; i++)
        if (i + 1 == build->count || !same_id(build, order[i], order[i + 1]))
            order[left++] = order[i];
    return left;
}

/* ---- columns --------------------------------------------------------------------- */

static recsys_status pack_integers(const rs_catalogue_builder *build, recsys_catalogue *out,
                                   const size_t *order, size_t count, recsys_error *err)
{
    size_t size;
    int64_t *integers = rs_array(out->runtime, count, sizeof *integers);
    if (integers == NULL) return rs_fail_memory(err, call);
    for (size_t i = 0; i < count; i++) {
        const char *id = id_of(build, order[i], &size);
        (void)rs_parse_id(id, size, &integers[i]);
    }
    rs_ids ids = {.count = count, .textual = 0, .integers = integers};
    recsys_status status = rs_ids_pack(&ids, out->runtime, &out->id_part, &size, err);
    rs_free(out->runtime, integers);
    return status;
}

static recsys_status pack_texts(const rs_catalogue_builder *build, recsys_catalogue *out,
                                const size_t *order, size_t count, recsys_error *err)
{
    recsys_status status;
    rs_text bytes;
    size_t size;
    rs_text_begin(&bytes, out->runtime);
    uint64_t *offsets = rs_array(out->runtime, count + 1, sizeof *offsets);
    for (size_t i = 0; i < count && offsets != NULL; i++) {
        const char *id = id_of(build, order[i], &size);
        offsets[i] = bytes.size;
        rs_text_add_bytes(&bytes, id, size);
    }
    if (offsets == NULL || bytes.failed) {
        status = rs_fail_memory(err, call);
    } else {
        offsets[count] = bytes.size;
        rs_ids ids = {.count = count, .textual = 1, .offsets = offsets, .bytes = bytes.data};
        status = rs_ids_pack(&ids, out->runtime, &out->id_part, &size, err);
    }
    rs_free(out->runtime, offsets);
    rs_text_free(&bytes);
    return status;
}

static recsys_status make_column(const rs_catalogue_builder *build, recsys_catalogue *out,
                                 const size_t *order, size_t count, enum rs_field field,
                                 recsys_error *err)
{
    size_t head = (count + 1) * sizeof(uint64_t), size = head;
    for (size_t i = 0; i < count; i++) {
        const size_t *start = build->rows[order[i]].start + field + 1;
        size += start[1] - start[0];
    }
    uint64_t *offsets = rs_array(out->runtime, size, 1);
    if (offsets == NULL) return rs_fail_memory(err, call);
    out->part[field] = offsets;
    char *bytes = (char *)offsets + head;
    offsets[0] = 0;
    for (size_t i = 0; i < count; i++) {
        const size_t *start = build->rows[order[i]].start + field + 1;
        memcpy(bytes + offsets[i], build->bytes.data + start[0], start[1] - start[0]);
        offsets[i + 1] = offsets[i] + (start[1] - start[0]);
    }
    *rs_catalogue_column(&out->view, field) = (rs_column){offsets, bytes};
    return RECSYS_OK;
}

static recsys_status make_columns(const rs_catalogue_builder *build, recsys_catalogue *out,
                                  const size_t *order, size_t count, recsys_error *err)
{
    recsys_status status = RECSYS_OK;
    out->year = rs_array(out->runtime, count, sizeof *out->year);
    if (out->year == NULL) return rs_fail_memory(err, call);
    for (size_t i = 0; i < count; i++) out->year[i] = build->rows[order[i]].year;
    out->view.year = out->year;
    out->view.count = count;
    for (int field = 0; field < RS_FIELDS && status == RECSYS_OK; field++)
        status = make_column(build, out, order, count, (enum rs_field)field, err);
    return status;
}

/* An empty catalogue to be filled. */
static recsys_catalogue *make_empty(recsys_runtime *runtime)
{
    recsys_catalogue *made = rs_array_zero(runtime, 1, sizeof *made);
    if (made == NULL) return NULL;
    atomic_init(&made->references, 1);
    made->runtime = rs_runtime_retain(runtime);
    return made;
}

static recsys_status fill(const rs_catalogue_builder *build, recsys_catalogue *made,
                          size_t *order, recsys_error *err)
{
    int integers = all_integers(build);
    if (!(integers ? sort_integers(build, order) : sort_texts(build, order)))
        return rs_fail_memory(err, call);
    size_t count = drop_replaced(build, order);
    recsys_status status = integers ? pack_integers(build, made, order, count, err)
                                    : pack_texts(build, made, order, count, err);
    if (status != RECSYS_OK) return status;
    rs_ids_view(&made->view.ids, made->id_part);
    return make_columns(build, made, order, count, err);
}

recsys_status rs_builder_finish(const rs_catalogue_builder *build, recsys_catalogue **catalogue,
                                recsys_error *err)
{
    if (build->count >= UINT32_MAX)
        return rs_fail(err, RECSYS_E_UNSUPPORTED, "a catalogue of %zu movies, at most %u",
                       build->count, UINT32_MAX - 1);
    recsys_catalogue *made = make_empty(build->runtime);
    size_t *order = rs_array(build->runtime, build->count, sizeof *order);
    recsys_status status = made == NULL || order == NULL ? rs_fail_memory(err, call)
                                                         : fill(build, made, order, err);
    rs_free(build->runtime, order);
    if (status == RECSYS_OK)
        *catalogue = made;
    else
        rs_catalogue_release(made);
    return status;
}

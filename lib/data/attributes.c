#include "data/attributes.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "data/catalogue_read.h"
#include "data/column.h"

typedef struct reading {
    rs_attributes *to;
    rs_id_table *users;
    rs_catalogue_input in;
    rs_record record;
    size_t user_column, width;
    uint8_t *met; /* [users] */
} reading;

/* ---- header ---------------------------------------------------------------------- */

static size_t find_user_column(const rs_record *header)
{
    char plain[RS_COLUMN_NAME];
    for (size_t i = 0; i < header->count; i++) {
        rs_column_plain(plain, rs_record_text(header, i), rs_record_size(header, i));
        if (strcmp(plain, "user") == 0 || strcmp(plain, "userid") == 0) return i;
    }
    return SIZE_MAX;
}

static int is_attributes(const rs_record *header)
{
    return header->count > 1 && find_user_column(header) != SIZE_MAX;
}

static recsys_status make_columns(reading *r, recsys_error *err)
{
    rs_attributes *to = r->to;
    r->user_column = find_user_column(&r->record);
    r->width = r->record.count;
    to->column = rs_array_zero(to->runtime, r->width - 1, sizeof *to->column);
    r->met = rs_array_zero(to->runtime, to->users, 1);
    if (to->column == NULL || r->met == NULL) return rs_fail_memory(err, r->in.name);
    for (size_t i = 0; i < r->width; i++) {
        if (i == r->user_column) continue;
        rs_attribute *column = &to->column[to->columns++];
        rs_id_table_begin(&column->values, to->runtime);
        column->name = rs_strdup(to->runtime, rs_record_text(&r->record, i));
        column->of = rs_array(to->runtime, to->users, 1);
        if (column->name == NULL || column->of == NULL) return rs_fail_memory(err, r->in.name);
        memset(column->of, RS_NO_VALUE, to->users);
    }
    return RECSYS_OK;
}

/* ---- rows ------------------------------------------------------------------------ */

static recsys_status take_value(reading *r, rs_attribute *column, size_t field, uint32_t user,
                                recsys_error *err)
{
    const char *text = rs_record_text(&r->record, field);
    size_t size = rs_record_size(&r->record, field);
    if (size == 0) return RECSYS_OK;
    const char *problem = rs_id_problem(text, size);
    if (problem != NULL)
        return rs_input_bad_value(&r->in, err, r->record.line, column->name, text, size,
                                  problem);
    uint32_t value = rs_id_table_text(&column->values, text, size);
    if (value == RS_NO_ID) return rs_fail_memory(err, r->in.name);
    column->of[user] = (uint8_t)(value < RS_MOST_VALUES ? value : RS_MOST_VALUES - 1);
    return RECSYS_OK;
}

static recsys_status take_row(reading *r, recsys_error *err)
{
    const rs_record *record = &r->record;
    if (record->count != r->width)
        return rs_input_bad(&r->in, err, record->line,
                            "%zu fields, expected %zu as in the header", record->count,
                            r->width);
    const char *id = rs_record_text(record, r->user_column);
    size_t size = rs_record_size(record, r->user_column);
    const char *problem = rs_id_problem(id, size);
    if (problem != NULL)
        return rs_input_bad_value(&r->in, err, record->line, "user", id, size, problem);
    uint32_t user = rs_id_table_text(r->users, id, size);
    if (user == RS_NO_ID) return rs_fail_memory(err, r->in.name);
    if (user >= r->to->users) return RECSYS_OK;
    if (r->met[user]++)
        return rs_input_bad_value(&r->in, err, record->line, "user", id, size,
                                  "each user once");
    recsys_status status = RECSYS_OK;
    for (size_t i = 0, column = 0; i < r->width && status == RECSYS_OK; i++)
        if (i != r->user_column) status = take_value(r, &r->to->column[column++], i, user, err);
    return status;
}

static recsys_status read_rows(reading *r, recsys_error *err)
{
    rs_splitting how;
    int more = 1;
    recsys_status status =
        rs_read_header(&r->in, &r->record, &how, is_attributes,
                       "a header with a column user and one or more others", err);
    if (status == RECSYS_OK) status = make_columns(r, err);
    while (status == RECSYS_OK) {
        status = rs_input_record(&r->in, &how, &r->record, &more, err);
        if (status != RECSYS_OK || !more) break;
        status = take_row(r, err);
    }
    return status;
}

recsys_status rs_attributes_read(rs_attributes *attributes, rs_id_table *users,
                                 const char *path, recsys_error *err)
{
    reading r = {.to = attributes, .users = users};
    *attributes = (rs_attributes){.runtime = users->runtime, .users = users->count};
    recsys_status status = rs_input_open(&r.in, users->runtime, path, err);
    if (status != RECSYS_OK) return status;
    rs_record_begin(&r.record, users->runtime);
    status = read_rows(&r, err);
    rs_record_free(&r.record);
    rs_input_close(&r.in);
    rs_free(users->runtime, r.met);
    return status;
}

void rs_attributes_free(rs_attributes *attributes)
{
    for (size_t i = 0; i < attributes->columns; i++) {
        rs_free(attributes->runtime, attributes->column[i].name);
        rs_free(attributes->runtime, attributes->column[i].of);
        rs_id_table_free(&attributes->column[i].values);
    }
    rs_free(attributes->runtime, attributes->column);
    *attributes = (rs_attributes){.runtime = attributes->runtime};
}

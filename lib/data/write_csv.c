/* Ratings as text: `userId,movieId,rating,timestamp`, in the order of the ids. What is written
 * reads back as the same content, whatever the ids hold. */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/ratings.h"
#include "data/times.h"

#define MOST_RATING 1e6F /* the readers take no larger number for a rating */

enum { FLUSH_AT = 1 << 16, RATING_SIZE = 32 };

typedef struct writer {
    const recsys_ratings *ratings;
    rs_outfile file;
    rs_text text; /* not written yet */
    rs_text user; /* the present user's id and a comma */
    char level[RS_LEVELS + 1]
              [RATING_SIZE]; /* the ratings, where there are few different ones */
} writer;

/* ---- fields ---------------------------------------------------------------------- */

static void add_decimal(rs_text *text, uint64_t number)
{
    char digits[24];
    size_t at = sizeof digits;
    do digits[--at] = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    rs_text_add_bytes(text, digits + at, sizeof digits - at);
}

/* As RFC 4180 has it: quotes around what would not stay one field, inner ones doubled. */
static void add_field(rs_text *text, const char *data, size_t size)
{
    if (memchr(data, ',', size) == NULL && memchr(data, '"', size) == NULL &&
        memchr(data, '\n', size) == NULL && memchr(data, '\r', size) == NULL) {
        rs_text_add_bytes(text, data, size);
        return;
    }
    rs_text_add(text, "\"");
    for (const char *end = data + size; data < end;) {
        const char *quote = memchr(data, '"', (size_t)(end - data));
        const char *stop = quote != NULL ? quote + 1 : end;
        rs_text_add_bytes(text, data, (size_t)(stop - data));
        if (quote != NULL) rs_text_add(text, "\"");
        data = stop;
    }
    rs_text_add(text, "\"");
}

static void add_id(rs_text *text, const rs_ids *ids, size_t i)
{
    if (!ids->textual) {
        add_decimal(text, (uint64_t)ids->integers[i]);
        return;
    }
    uint64_t from = ids->offsets[i];
    add_field(text, ids->bytes + from, (size_t)(ids->offsets[i + 1] - from));
}

/* Few decimals where they give the same float, as for 3.7; else all that the double needs. */
static void format_rating(char text[RATING_SIZE], float value)
{
    double scale = 1;
    for (int decimals = 0; decimals <= 6; decimals++, scale *= 10) {
        double rounded = floor(fabs((double)value) * scale + 0.5) / scale;
        float back = (float)copysign(rounded, (double)value);
        if (back != value) continue;
        rs_format_real(text, copysign(rounded, (double)value));
        return;
    }
    rs_format_real(text, (double)value);
}

/* Seconds, with decimals if need be, where a reader takes the number for seconds; else
 * milliseconds, which it then cannot mistake. */
static void add_time(rs_text *text, int64_t milli)
{
    uint64_t second = (uint64_t)milli / 1000, part = (uint64_t)milli % 1000;
    if (milli >= RS_TIME_SECONDS && (part != 0 || second >= (uint64_t)RS_TIME_SECONDS)) {
        add_decimal(text, (uint64_t)milli);
        return;
    }
    add_decimal(text, second);
    if (part != 0) rs_text_printf(text, ".%03u", (unsigned)part);
}

/* ---- rows ------------------------------------------------------------------------ */

static recsys_status refuse_entry(float value, int64_t milli, recsys_error *err)
{
    char number[RATING_SIZE];
    rs_format_real(number, (double)value);
    if (!(fabsf(value) <= MOST_RATING))
        return rs_fail(err, RECSYS_E_UNSUPPORTED,
                       "recsys_ratings_write: a rating of %s cannot be written as text, which "
                       "is read within -1e6 and 1e6; recsys_ratings_save can",
                       number);
    return rs_fail(err, RECSYS_E_UNSUPPORTED,
                   "recsys_ratings_write: time %lld is not within the years 1970 to 9999",
                   (long long)milli);
}

static recsys_status flush(writer *w, recsys_error *err)
{
    if (w->text.failed) return rs_fail_memory(err, "recsys_ratings_write");
    recsys_status status = rs_outfile_write(&w->file, w->text.data, w->text.size, err);
    w->text.size = 0;
    return status;
}

static recsys_status put_row(writer *w, uint64_t at, recsys_error *err)
{
    const rs_matrix *m = &w->ratings->matrix;
    char own[RATING_SIZE];
    float value = rs_user_rating(m, at);
    int64_t milli = rs_matrix_time(m, at);
    const char *rating = own;
    if (!(fabsf(value) <= MOST_RATING) || milli < 0 || milli > RS_TIME_MOST)
        return refuse_entry(value, milli, err);
    if (m->user_code != NULL)
        rating = w->level[m->user_code[at]];
    else
        format_rating(own, value);
    rs_text_add_bytes(&w->text, w->user.data, w->user.size);
    add_id(&w->text, &w->ratings->movies, m->user_movie[at]);
    rs_text_add(&w->text, ",");
    rs_text_add(&w->text, rating);
    rs_text_add(&w->text, ",");
    add_time(&w->text, milli);
    rs_text_add(&w->text, "\n");
    return w->text.size < FLUSH_AT ? RECSYS_OK : flush(w, err);
}

static recsys_status put_rows(writer *w, recsys_error *err)
{
    const rs_matrix *m = &w->ratings->matrix;
    recsys_status status = RECSYS_OK;
    rs_text_add(&w->text, "userId,movieId,rating,timestamp\n");
    for (uint32_t i = 0; i < m->levels; i++) format_rating(w->level[i], m->level[i]);
    for (size_t user = 0; user < m->users; user++) {
        w->user.size = 0;
        add_id(&w->user, &w->ratings->users, user);
        rs_text_add(&w->user, ",");
        RS_TRY(w->user.failed ? rs_fail_memory(err, "recsys_ratings_write") : RECSYS_OK);
        for (uint64_t at = m->user_ptr[user]; at < m->user_ptr[user + 1]; at++)
            RS_TRY(put_row(w, at, err));
    }
    RS_TRY(flush(w, err));
out:
    return status;
}

recsys_status rs_ratings_write(const recsys_ratings *ratings, const char *path,
                               recsys_error *err)
{
    recsys_runtime *rt = ratings->runtime;
    recsys_status status = RECSYS_OK;
    writer *w = rs_array_zero(rt, 1, sizeof *w);
    if (w == NULL) return rs_fail_memory(err, "recsys_ratings_write");
    w->ratings = ratings;
    rs_text_begin(&w->text, rt);
    rs_text_begin(&w->user, rt);
    RS_TRY(rs_outfile_begin(&w->file, rt, path, err));
    RS_TRY(put_rows(w, err));
    status = rs_outfile_commit(&w->file, err);
out:
    if (status != RECSYS_OK) rs_outfile_abort(&w->file);
    rs_text_free(&w->text);
    rs_text_free(&w->user);
    rs_free(rt, w);
    return status;
}

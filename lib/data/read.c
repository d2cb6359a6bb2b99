#include "data/read.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"
#include "config/config.h"

enum {
    SMALLEST_CHUNK = 1 << 16,
    LARGEST_CHUNK = 1 << 23,
    CHUNKS = 64,     /* as many as there are, until they would be too large or small */
    SAMPLE = 1 << 18 /* bytes that tell how long a row is */
};

void rs_read_options_from(rs_read_options *options, const recsys_config *config)
{
    static const char *const keys[RS_ROLES] = {"data.user_column", "data.movie_column",
                                               "data.rating_column", "data.timestamp_column"};
    options->format = (rs_format_name)rs_config_choice(config, "data.format");
    options->delimiter = rs_config_text(config, "data.delimiter");
    for (int role = 0; role < RS_ROLES; role++)
        options->column[role] = rs_config_text(config, keys[role]);
    options->event_value = (float)rs_config_real(config, "data.event_value");
    options->skip_bad = rs_config_choice(config, "data.on_bad_row") == 1;
    options->max_bad = (uint64_t)rs_config_int(config, "data.max_bad_rows");
    options->chunk = 0;
}

/* ---- chunks ---------------------------------------------------------------------- */

/* Where the chunk's first row begins: after the first line end from one byte before its
 * nominal begin on. */
static const char *chunk_start(const rs_reader *r, size_t chunk)
{
    if (r->start != NULL) return r->start[chunk];
    const char *body = r->data + r->format.body;
    if (chunk == 0) return body;
    if (chunk >= r->chunks || (size_t)(r->end - body) <= chunk * r->chunk) return r->end;
    const char *from = body + chunk * r->chunk - 1;
    const char *line = memchr(from, '\n', (size_t)(r->end - from));
    return line != NULL ? line + 1 : r->end;
}

/* Rows with quoted line ends can only be told apart from the beginning on. */
static recsys_status cut_beforehand(rs_reader *r, recsys_error *err)
{
    const char *body = r->data + r->format.body, *at = body;
    r->start = rs_array(r->rt, r->chunks + 1, sizeof *r->start);
    if (r->start == NULL) return rs_fail_memory(err, "reading ratings");
    for (size_t c = 0; c < r->chunks; c++) {
        while (at < r->end && (size_t)(at - body) < c * r->chunk)
            at = rs_next_row(&r->format, at, r->end);
        r->start[c] = at;
    }
    r->start[r->chunks] = r->end;
    return RECSYS_OK;
}

static void plan_chunks(rs_reader *r)
{
    size_t size = (size_t)(r->end - r->data) - r->format.body;
    r->chunk = r->options->chunk;
    if (r->chunk == 0) {
        r->chunk = size / CHUNKS;
        if (r->chunk < SMALLEST_CHUNK) r->chunk = SMALLEST_CHUNK;
        if (r->chunk > LARGEST_CHUNK) r->chunk = LARGEST_CHUNK;
    }
    r->chunks = size / r->chunk + 1;
    size_t look = size < SAMPLE ? size : SAMPLE, lines = 1;
    const char *p = r->data + r->format.body, *to = p + look;
    while ((p = memchr(p, '\n', (size_t)(to - p))) != NULL) {
        p++;
        lines++;
    }
    r->bytes_per_row = (double)look / (double)lines;
}

/* Pages of the mapped file that have been read need not stay in memory. */
static void drop_pages(const rs_reader *r, const char *from, const char *to)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    uintptr_t a = ((uintptr_t)from + page - 1) / page * page, b = (uintptr_t)to / page * page;
    if (r->mapped != NULL && b > a) (void)madvise((void *)a, b - a, MADV_DONTNEED);
}

static recsys_status read_chunk(void *shared, size_t chunk, size_t thread, recsys_error *err)
{
    rs_reader *r = shared;
    const char *from = chunk_start(r, chunk), *to = chunk_start(r, chunk + 1);
    rs_row_sink sink = {r,  chunk, &r->rows[chunk], &r->collectors[thread], &r->notes[chunk],
                        err};
    if (from >= to) return RECSYS_OK;
    size_t expected = (size_t)((double)(to - from) / r->bytes_per_row * 1.02) + 64;
    if (!rs_rows_begin(sink.rows, r->rt, thread, expected))
        return rs_fail_memory(err, "reading ratings");
    recsys_status status =
        r->format.json ? rs_read_json(&sink, from, to) : rs_read_delimited(&sink, from, to);
    if (status != RECSYS_OK) return status;
    if (!rs_rows_fit(sink.rows)) return rs_fail_memory(err, "reading ratings");
    if (sink.notes->open_quote) return rs_fail(err, RECSYS_E_PARSE, "a quote stays open");
    drop_pages(r, from, to);
    return RECSYS_OK;
}

/* ---- all chunks ------------------------------------------------------------------ */

/* Progress is told in bytes. */
typedef struct bytes_progress {
    const recsys_progress *outer;
    uint64_t chunk, total;
} bytes_progress;

static int tell_bytes(void *user_data, const char *stage, uint64_t done, uint64_t total)
{
    const bytes_progress *p = user_data;
    uint64_t bytes = done == total || done * p->chunk > p->total ? p->total : done * p->chunk;
    return p->outer->call(p->outer->user_data, stage, bytes, p->total);
}

static recsys_status make_tables(rs_reader *r, recsys_error *err)
{
    r->threads = rs_parallel_threads(r->rt, r->chunks);
    r->rows = rs_array_zero(r->rt, r->chunks, sizeof *r->rows);
    r->notes = rs_array_zero(r->rt, r->chunks, sizeof *r->notes);
    r->collectors = rs_array(r->rt, r->threads, sizeof *r->collectors);
    if (r->rows == NULL || r->notes == NULL || r->collectors == NULL) {
        r->threads = 0;
        return rs_fail_memory(err, "reading ratings");
    }
    for (size_t t = 0; t < r->threads; t++) rs_collector_begin(&r->collectors[t], r->rt);
    atomic_store(&r->bad, 0);
    return RECSYS_OK;
}

static void free_tables(rs_reader *r)
{
    for (size_t c = 0; r->rows != NULL && c < r->chunks; c++) rs_rows_free(&r->rows[c]);
    for (size_t t = 0; t < r->threads; t++) rs_collector_free(&r->collectors[t]);
    rs_free(r->rt, r->rows);
    rs_free(r->rt, r->notes);
    rs_free(r->rt, r->collectors);
    rs_free(r->rt, r->start);
    r->rows = NULL;
    r->notes = NULL;
    r->collectors = NULL;
    r->start = NULL;
    r->threads = 0;
}

static int stays_open(const rs_reader *r)
{
    for (size_t c = 0; r->notes != NULL && c < r->chunks; c++)
        if (r->notes[c].open_quote) return 1;
    return 0;
}

static uint64_t sum_rows(const rs_reader *r)
{
    uint64_t rows = 0;
    for (size_t c = 0; c < r->chunks; c++) rows += r->notes[c].rows;
    return rows;
}

static recsys_status read_chunks(rs_reader *r, const recsys_progress *progress,
                                 recsys_error *err)
{
    bytes_progress bytes = {progress, r->chunk, (uint64_t)(r->end - r->data)};
    recsys_progress inner = {tell_bytes, &bytes};
    int told = progress != NULL && progress->call != NULL;
    recsys_status status = make_tables(r, err);
    if (status == RECSYS_OK && r->format.multiline) status = cut_beforehand(r, err);
    if (status == RECSYS_OK)
        status =
            rs_parallel(r->rt, r->chunks, read_chunk, r, "read", told ? &inner : NULL, err);
    if (r->options->skip_bad && r->notes != NULL && !stays_open(r)) {
        uint64_t bad = atomic_load(&r->bad);
        if (status == RECSYS_E_PARSE || (status == RECSYS_OK && bad > r->options->max_bad))
            status = rs_too_many_bad(r, 0, err);
        else if (status == RECSYS_OK && bad > 0 && bad == sum_rows(r))
            status = rs_too_many_bad(r, bad, err);
    }
    return status;
}

static recsys_status read_all(rs_reader *r, const recsys_progress *progress, recsys_error *err)
{
    recsys_error first = RECSYS_ERROR_INIT;
    plan_chunks(r);
    recsys_status status = read_chunks(r, progress, &first);
    if (status == RECSYS_OK) return status;
    if (status != RECSYS_E_PARSE || !stays_open(r))
        return rs_fail(err, status, "%s", first.text);
    free_tables(r);
    r->format.multiline = 1;
    return read_chunks(r, progress, err);
}

/* ---- the whole ------------------------------------------------------------------- */

static void fill_summary(const rs_reader *r, const rs_build_counts *counts,
                         recsys_read_summary *summary)
{
    *summary = (recsys_read_summary)RECSYS_READ_SUMMARY_INIT;
    summary->rows = sum_rows(r);
    summary->bad_rows = atomic_load(&r->bad);
    summary->replaced = counts->replaced;
    summary->withdrawn = counts->withdrawn;
    snprintf(summary->format, sizeof summary->format, "%s", r->format.name);
    rs_first_bad(r, summary->first_bad);
}

static recsys_status read_text(rs_reader *r, recsys_ratings **out, recsys_read_summary *summary,
                               const recsys_progress *progress, recsys_error *err)
{
    recsys_status status;
    rs_build_counts counts = {0, 0};
    recsys_ratings *made = NULL;
    RS_TRY(read_all(r, progress, err));
    status = rs_build(&made, r->rt, r->collectors, r->threads, r->rows, r->chunks, &counts,
                      progress, err);
    if (status == RECSYS_E_EMPTY)
        status = rs_fail(err, status, "%s: holds no rating (%llu rows were read)", r->name,
                         (unsigned long long)sum_rows(r));
    if (status != RECSYS_OK) goto out;
    if (summary != NULL) fill_summary(r, &counts, summary);
    *out = made;
out:
    free_tables(r);
    return status;
}

/* A file that recsys_ratings_save wrote needs no reader. */
static recsys_status read_saved(recsys_ratings **out, rs_bytes *bytes, const char *name,
                                recsys_read_summary *summary, recsys_error *err)
{
    recsys_status status = rs_ratings_bind(out, bytes, name, err);
    if (status != RECSYS_OK || summary == NULL) return status;
    *summary = (recsys_read_summary)RECSYS_READ_SUMMARY_INIT;
    summary->rows = (*out)->matrix.count;
    snprintf(summary->format, sizeof summary->format, "saved");
    return RECSYS_OK;
}

recsys_status rs_ratings_read_bytes(recsys_ratings **out, recsys_runtime *rt, rs_bytes *bytes,
                                    const char *name, const rs_read_options *options,
                                    recsys_read_summary *summary,
                                    const recsys_progress *progress, recsys_error *err)
{
    rs_reader r = {.rt = rt, .name = name, .options = options};
    recsys_status status;
    RS_TRY(rs_bytes_gunzip(bytes, name, err));
    if (rs_ratings_is_saved(bytes)) return read_saved(out, bytes, name, summary, err);
    RS_TRY(rs_format_find(&r.format, options, bytes, name, err));
    r.data = (const char *)bytes->data;
    r.end = r.data + bytes->size;
    r.mapped = bytes->mapped;
    status = read_text(&r, out, summary, progress, err);
out:
    rs_bytes_close(bytes);
    return status;
}

recsys_status rs_ratings_read(recsys_ratings **out, recsys_runtime *runtime, const char *path,
                              const recsys_config *config, recsys_read_summary *summary,
                              const recsys_progress *progress, recsys_error *err)
{
    rs_read_options options;
    rs_bytes bytes;
    recsys_runtime *rt;
    recsys_status status = rs_runtime_hold(&rt, runtime, err);
    if (status != RECSYS_OK) return status;
    rs_read_options_from(&options, config);
    RS_TRY(rs_bytes_open(&bytes, rt, path, err));
    status =
        rs_ratings_read_bytes(out, rt, &bytes, strcmp(path, "-") == 0 ? "standard input" : path,
                              &options, summary, progress, err);
out:
    rs_runtime_release(rt);
    return status;
}

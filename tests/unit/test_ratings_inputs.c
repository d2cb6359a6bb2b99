/* Ratings from a callback, from CSR arrays and from Arrow streams built by hand. */
#include "ratings_testing.h"

#include <math.h>

#include "base/error.h"
#include "data/arrow.h"
#include "data/inputs.h"

static recsys_runtime *rt;

/* ---- callback -------------------------------------------------------------------- */

typedef struct source {
    const recsys_row *rows;
    size_t count, next;
    int give_up;
} source;

static int next_row(void *user_data, recsys_row *row)
{
    source *s = user_data;
    assert_int_equal(row->struct_size, sizeof *row);
    if (s->next == s->count) return s->give_up ? -1 : 0;
    *row = s->rows[s->next++];
    return 1;
}

static recsys_status rows_from(const recsys_row *rows, size_t count, recsys_ratings **out,
                               recsys_error *err)
{
    source s = {rows, count, 0, 0};
    return rs_ratings_from_rows(out, rt, next_row, &s, err);
}

#define SIZE sizeof(recsys_row)

static void rows_by_callback(void **state)
{
    (void)state;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *r = NULL;
    const recsys_row rows[] = {{SIZE, "u", "01", 3, 100},
                               {SIZE, "u", "01", 4, 50},
                               {SIZE, "u", "2", 1, 100},
                               {SIZE, "u", "2", NAN, 100},
                               {SIZE, "v", "2", 0, 1600000000123}};
    const triple kept[] = {{"u", "01", 3, 100000}, {"v", "2", 0, 1600000000123}};
    assert_ok(rows_from(rows, 5, &r, &err), &err);
    expect_triples(r, kept, 2);
    rs_ratings_release(r);
}

static void bad_rows_by_callback(void **state)
{
    (void)state;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *r = NULL;
    const recsys_row bad[] = {{SIZE, NULL, "1", 1, 0},   {SIZE, "1", "", 1, 0},
                              {SIZE, "1", "\xff", 1, 0}, {SIZE, "1", "1", INFINITY, 0},
                              {SIZE, "1", "1", 1, -1},   {SIZE, "1", "1", 1, INT64_MAX}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_fails(rows_from(&bad[i], 1, &r, &err), RECSYS_E_INVALID, &err);
        assert_contains(err.text, "row 1");
    }
    assert_fails(rows_from(bad, 0, &r, &err), RECSYS_E_EMPTY, &err);
    source s = {NULL, 0, 0, 1};
    assert_fails(rs_ratings_from_rows(&r, rt, next_row, &s, &err), RECSYS_CANCELLED, &err);
    assert_null(r);
}

/* More rows than a block holds. */
typedef struct stream {
    unsigned next, count;
    char user[16], movie[16];
} stream;

static int next_of_many(void *user_data, recsys_row *row)
{
    stream *s = user_data;
    if (s->next == s->count) return 0;
    snprintf(s->user, sizeof s->user, "%u", s->next % 1000);
    snprintf(s->movie, sizeof s->movie, "%u", s->next / 1000);
    *row = (recsys_row){SIZE, s->user, s->movie, (float)(s->next % 300), 0};
    s->next++;
    return 1;
}

static void many_rows_by_callback(void **state)
{
    (void)state;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *r = NULL;
    stream s = {.count = 300000};
    assert_ok(rs_ratings_from_rows(&r, rt, next_of_many, &s, &err), &err);
    assert_int_equal(r->matrix.count, 300000);
    for (size_t u = 0; u < 1000; u++)
        for (size_t m = 0; m < 300; m++)
            assert_true(rs_user_rating(&r->matrix, u * 300 + m) ==
                        (float)((m * 1000 + u) % 300));
    rs_ratings_release(r);
}

/* ---- CSR ------------------------------------------------------------------------- */

static int released;

static void release(void *data)
{
    assert_ptr_equal(data, &released);
    released++;
}

static const uint64_t indptr[] = {0, 2, 3};
static const uint32_t indices[] = {0, 1, 1};
static const float values[] = {1, 2, 3};
static const int64_t times[] = {10, 20, 1600000000123};

static recsys_csr plain_csr(void)
{
    return (recsys_csr){.struct_size = sizeof(recsys_csr),
                        .users = 2,
                        .movies = 2,
                        .indptr = indptr,
                        .indices = indices,
                        .values = values,
                        .times = times};
}

static const triple csr_triples[] = {
    {"0", "0", 1, 10000}, {"0", "1", 2, 20000}, {"1", "1", 3, 1600000000123}};

static void csr_copied(void **state)
{
    (void)state;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *r = NULL;
    recsys_csr csr = plain_csr();
    assert_ok(rs_ratings_from_csr(&r, rt, &csr, &err), &err);
    expect_triples(r, csr_triples, 3);
    assert_ptr_not_equal(r->matrix.user_movie, indices);
    rs_ratings_release(r);
}

static void csr_adopted(void **state)
{
    (void)state;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *r = NULL, *copied = NULL;
    recsys_csr csr = plain_csr();
    assert_ok(rs_ratings_from_csr(&copied, rt, &csr, &err), &err);
    csr.release = release;
    csr.release_data = &released;
    released = 0;
    assert_ok(rs_ratings_from_csr(&r, rt, &csr, &err), &err);
    expect_triples(r, csr_triples, 3);
    expect_columns(&r->matrix);
    assert_ptr_equal(r->matrix.user_movie, indices);
    assert_ptr_equal(r->matrix.user_ptr, indptr);
    assert_string_equal(rs_ratings_hash(r), rs_ratings_hash(copied));
    assert_int_equal(released, 0);
    rs_ratings_release(r);
    assert_int_equal(released, 1);
    rs_ratings_release(copied);
}

/* Rows that cannot stay in place are copied and the arrays go back at once. */
static void csr_that_must_be_copied(void **state)
{
    (void)state;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *r = NULL;
    const uint64_t ptr[] = {0, 3, 3, 4}; /* row 1 is empty, column 2 too */
    const uint32_t unsorted[] = {3, 0, 3, 1};
    const float four[] = {1, 2, 5, 4};
    const int64_t when[] = {20, 1, 20, 0};
    recsys_csr csr = {sizeof csr, 3,    4,    ptr,     unsorted, four,
                      when,       NULL, NULL, release, &released};
    const triple kept[] = {{"0", "0", 2, 1000}, {"0", "3", 5, 20000}, {"2", "1", 4, 0}};
    released = 0;
    assert_ok(rs_ratings_from_csr(&r, rt, &csr, &err), &err);
    assert_int_equal(released, 1);
    expect_triples(r, kept, 3);
    assert_int_equal(r->users.count, 2);
    rs_ratings_release(r);
    assert_int_equal(released, 1);
}

static void csr_with_ids(void **state)
{
    (void)state;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *r = NULL;
    recsys_csr csr = plain_csr();
    static const char *const users[] = {"zoe", "amy"}, *const movies[] = {"0104257", "7"};
    const triple kept[] = {{"zoe", "0104257", 1, 0}, {"zoe", "7", 2, 0}, {"amy", "7", 3, 0}};
    csr.user_ids = users;
    csr.movie_ids = movies;
    csr.times = NULL;
    assert_ok(rs_ratings_from_csr(&r, rt, &csr, &err), &err);
    expect_triples(r, kept, 3);
    rs_ratings_release(r);
}

static void bad_csr(void **state)
{
    (void)state;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *r = NULL;
    const uint64_t begins[] = {1, 2, 3}, falls[] = {0, 3, 2}, none[] = {0, 0, 0};
    const uint32_t large[] = {0, 2, 1};
    const float infinite[] = {1, INFINITY, 1}, nan[] = {1, 1, NAN};
    const int64_t before[] = {1, 1, -1};
    static const char *const users[] = {"a", ""};
    released = 0;
    for (int i = 0; i < 8; i++) {
        recsys_csr csr = plain_csr();
        csr.release = release;
        csr.release_data = &released;
        if (i == 0) csr.indptr = begins;
        if (i == 1) csr.indptr = falls;
        if (i == 2) csr.indptr = none;
        if (i == 3) csr.indices = large;
        if (i == 4) csr.values = infinite;
        if (i == 5) csr.values = nan;
        if (i == 6) csr.times = before;
        if (i == 7) csr.user_ids = users;
        assert_fails(rs_ratings_from_csr(&r, rt, &csr, &err),
                     i == 2 ? RECSYS_E_EMPTY : RECSYS_E_INVALID, &err);
    }
    assert_int_equal(released, 0); /* after a failure the arrays stay the caller's */
}

/* ---- Arrow ----------------------------------------------------------------------- */

enum { COLUMNS = 5 };

/* A stream over prepared batches; counts what is alive. */
typedef struct feed {
    int alive; /* schemas and arrays given out and not released, and the stream */
    size_t columns, batches, next;
    const char *names[COLUMNS], *formats[COLUMNS];
    struct ArrowArray *batch; /* [batches] */
    struct ArrowSchema child[COLUMNS], *children[COLUMNS];
    int fail_schema, fail_at; /* fail_at: batch number, from 1 */
} feed;

static void release_schema(struct ArrowSchema *schema)
{
    feed *f = schema->private_data;
    f->alive--;
    schema->release = NULL;
}

static void release_array(struct ArrowArray *array)
{
    feed *f = array->private_data;
    f->alive--;
    array->release = NULL;
}

static void release_stream(struct ArrowArrayStream *s)
{
    feed *f = s->private_data;
    f->alive--;
    s->release = NULL;
}

static int get_schema(struct ArrowArrayStream *s, struct ArrowSchema *out)
{
    feed *f = s->private_data;
    if (f->fail_schema) return 5;
    for (size_t i = 0; i < f->columns; i++) {
        f->child[i] = (struct ArrowSchema){.format = f->formats[i], .name = f->names[i]};
        f->children[i] = &f->child[i];
    }
    *out = (struct ArrowSchema){.format = "+s",
                                .n_children = (int64_t)f->columns,
                                .children = f->children,
                                .release = release_schema,
                                .private_data = f};
    f->alive++;
    return 0;
}

static int get_next(struct ArrowArrayStream *s, struct ArrowArray *out)
{
    feed *f = s->private_data;
    memset(out, 0, sizeof *out);
    if (f->fail_at > 0 && f->next + 1 == (size_t)f->fail_at) return 5;
    if (f->next == f->batches) return 0;
    *out = f->batch[f->next++];
    out->release = release_array;
    out->private_data = f;
    f->alive++;
    return 0;
}

static const char *get_last_error(struct ArrowArrayStream *s)
{
    (void)s;
    return "the source broke";
}

static recsys_status from_feed(feed *f, recsys_runtime *runtime, recsys_ratings **out,
                               recsys_error *err)
{
    struct ArrowArrayStream s = {get_schema, get_next, get_last_error, release_stream, f};
    f->alive = 1;
    f->next = 0;
    recsys_status status = rs_ratings_from_arrow(out, runtime, &s, NULL, err);
    assert_null(s.release);
    assert_int_equal(f->alive, 0);
    return status;
}

static struct ArrowArray array_of(int64_t length, int64_t offset, int64_t nulls,
                                  const void **buffers, int64_t count)
{
    return (struct ArrowArray){.length = length,
                               .null_count = nulls,
                               .offset = offset,
                               .n_buffers = count,
                               .buffers = buffers};
}

static const void *no_buffers[1];

static struct ArrowArray batch_of(int64_t length, int64_t offset, struct ArrowArray **children,
                                  int64_t count)
{
    return (struct ArrowArray){.length = length,
                               .offset = offset,
                               .n_buffers = 1,
                               .buffers = no_buffers,
                               .n_children = count,
                               .children = children};
}

/* Three batches: integers with slices; an empty one; a slice of the batch itself. */
static void arrow_integers_slices_and_nulls(void **state)
{
    (void)state;
    const int64_t user[] = {99, 1, 1, 2, 3};
    const int32_t movie[] = {99, 99, 10, 20, 10, 30};
    const double rating[] = {1, 2, 3, 4};
    const uint8_t valid[] = {0x0b}; /* the third is null */
    const int64_t when[] = {7, 8, 9, 10};
    const void *user_b[] = {NULL, user}, *movie_b[] = {NULL, movie};
    const void *rating_b[] = {valid, rating}, *when_b[] = {NULL, when};
    struct ArrowArray c[4] = {array_of(4, 1, 0, user_b, 2), array_of(4, 2, 0, movie_b, 2),
                              array_of(4, 0, 1, rating_b, 2), array_of(4, 0, 0, when_b, 2)};
    struct ArrowArray *all[] = {&c[0], &c[1], &c[2], &c[3]};
    struct ArrowArray batches[] = {batch_of(3, 0, all, 4), batch_of(0, 0, all, 4),
                                   batch_of(1, 3, all, 4)};
    feed f = {.columns = 4,
              .batches = 3,
              .batch = batches,
              .names = {"user_id", "movieId", "rating", "timestamp"},
              .formats = {"l", "i", "g", "l"}};
    const triple kept[] = {{"1", "10", 1, 7000}, {"1", "20", 2, 8000}, {"3", "30", 4, 10000}};
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *r = NULL;
    assert_ok(from_feed(&f, rt, &r, &err), &err);
    expect_triples(r, kept, 3);
    assert_int_equal(r->users.count, 2);
    rs_ratings_release(r);
}

static void arrow_texts(void **state)
{
    (void)state;
    const int32_t at[] = {0, 2, 5};
    const int64_t large_at[] = {1, 8, 8 + 1};
    const float rating[] = {0.5f, 5};
    const int64_t micros[] = {1600000000123456, 1000000};
    const uint8_t valid[] = {0x02};
    const void *user_b[] = {NULL, at, "abcde"}, *movie_b[] = {NULL, large_at, "x0104257y"};
    const void *rating_b[] = {NULL, rating}, *when_b[] = {valid, micros};
    struct ArrowArray c[4] = {array_of(2, 0, 0, user_b, 3), array_of(2, 0, 0, movie_b, 3),
                              array_of(2, 0, 0, rating_b, 2), array_of(2, 0, -1, when_b, 2)};
    struct ArrowArray *all[] = {&c[3], &c[2], &c[1], &c[0]};
    struct ArrowArray batches[] = {batch_of(2, 0, all, 4)};
    feed f = {.columns = 4,
              .batches = 1,
              .batch = batches,
              .names = {"timestamp", "rating", "item_id", "userId"},
              .formats = {"tsu:UTC", "f", "U", "u"}};
    const triple kept[] = {{"ab", "0104257", 0.5f, 0}, {"cde", "y", 5, 1000}};
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *r = NULL;
    assert_ok(from_feed(&f, rt, &r, &err), &err);
    expect_triples(r, kept, 2);
    rs_ratings_release(r);
    f.formats[0] = "tsn:";
    const triple nanos[] = {{"ab", "0104257", 0.5f, 0}, {"cde", "y", 5, 1}};
    assert_ok(from_feed(&f, rt, &r, &err), &err);
    expect_triples(r, nanos, 2);
    rs_ratings_release(r);
}

typedef struct view {
    int32_t size;
    char rest[12];
} view;

/* Short texts lie in the view, long ones in a buffer; small integers rate. */
static void arrow_views(void **state)
{
    (void)state;
    view users[2] = {{3, "amy"}, {16, "long"}};
    const int32_t where[] = {0, 1}; /* buffer 0 from byte 1 on */
    memcpy(users[1].rest + 4, where, sizeof where);
    const int64_t sizes[] = {17};
    const int8_t rating[] = {-1, 4};
    const uint64_t movie[] = {UINT64_MAX, 7};
    const void *user_b[] = {NULL, users, "-longer than this", sizes};
    const void *movie_b[] = {NULL, movie}, *rating_b[] = {NULL, rating};
    struct ArrowArray c[3] = {array_of(2, 0, 0, user_b, 4), array_of(2, 0, 0, movie_b, 2),
                              array_of(2, 0, 0, rating_b, 2)};
    struct ArrowArray *all[] = {&c[0], &c[1], &c[2]};
    struct ArrowArray batches[] = {batch_of(2, 0, all, 3)};
    feed f = {.columns = 3,
              .batches = 1,
              .batch = batches,
              .names = {"user", "item", "rating"},
              .formats = {"vu", "L", "c"}};
    const triple kept[] = {{"amy", "18446744073709551615", -1, 0},
                           {"longer than this", "7", 4, 0}};
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *r = NULL;
    assert_ok(from_feed(&f, rt, &r, &err), &err);
    expect_triples(r, kept, 2);
    rs_ratings_release(r);
    const int32_t beyond[] = {0, 2};
    memcpy(users[1].rest + 4, beyond, sizeof beyond);
    assert_fails(from_feed(&f, rt, &r, &err), RECSYS_E_PARSE, &err);
    const int32_t no_buffer[] = {1, 0};
    memcpy(users[1].rest + 4, no_buffer, sizeof no_buffer);
    assert_fails(from_feed(&f, rt, &r, &err), RECSYS_E_PARSE, &err);
}

static void arrow_errors(void **state)
{
    (void)state;
    const int64_t ids[] = {1, 2, 3};
    const double rating[] = {1, NAN, 3};
    const uint8_t valid[] = {0x05};
    const void *id_b[] = {NULL, ids}, *null_b[] = {valid, ids}, *rating_b[] = {NULL, rating};
    struct ArrowArray c[3] = {array_of(3, 0, 0, id_b, 2), array_of(3, 0, 0, id_b, 2),
                              array_of(3, 0, 0, rating_b, 2)};
    struct ArrowArray *all[] = {&c[0], &c[1], &c[2]};
    struct ArrowArray batches[] = {batch_of(3, 0, all, 3)};
    feed good = {.columns = 3,
                 .batches = 1,
                 .batch = batches,
                 .names = {"user", "item", "rating"},
                 .formats = {"l", "l", "g"}},
         f = good;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *r = NULL;
    assert_fails(from_feed(&f, rt, &r, &err), RECSYS_E_PARSE, &err);
    assert_contains(err.text, "batch 1, row 2: column \"rating\" is not finite");
    c[0].buffers = null_b;
    c[0].null_count = 1;
    assert_fails(from_feed(&f, rt, &r, &err), RECSYS_E_PARSE, &err);
    assert_contains(err.text, "row 2: column \"user\" is null");
    c[0].length = 2; /* shorter than its batch */
    assert_fails(from_feed(&f, rt, &r, &err), RECSYS_E_INVALID, &err);
    c[0].length = 3;
    batches[0].n_children = 2;
    assert_fails(from_feed(&f, rt, &r, &err), RECSYS_E_INVALID, &err);
    batches[0].n_children = 3;
    f.fail_at = 1;
    assert_fails(from_feed(&f, rt, &r, &err), RECSYS_E_IO, &err);
    assert_contains(err.text, "the source broke");
    f = good;
    f.fail_schema = 1;
    assert_fails(from_feed(&f, rt, &r, &err), RECSYS_E_IO, &err);
    f = good;
    f.names[1] = "x";
    assert_fails(from_feed(&f, rt, &r, &err), RECSYS_E_INVALID, &err);
    assert_contains(err.text, "\"movie\"");
    f = good;
    f.formats[0] = "g";
    assert_fails(from_feed(&f, rt, &r, &err), RECSYS_E_UNSUPPORTED, &err);
    f = good;
    f.batches = 0;
    assert_fails(from_feed(&f, rt, &r, &err), RECSYS_E_EMPTY, &err);
    assert_null(r);
}

/* ---- failing allocations --------------------------------------------------------- */

static recsys_status input_work(recsys_runtime *runtime, void *data, recsys_error *err)
{
    const int64_t ids[] = {1, 5000000, 3};
    const double rating[] = {1, 2, 3};
    const int32_t at[] = {0, 1, 2, 3};
    const void *id_b[] = {NULL, ids}, *text_b[] = {NULL, at, "abc"};
    const void *rating_b[] = {NULL, rating};
    struct ArrowArray c[3] = {array_of(3, 0, 0, id_b, 2), array_of(3, 0, 0, text_b, 3),
                              array_of(3, 0, 0, rating_b, 2)};
    struct ArrowArray *all[] = {&c[0], &c[1], &c[2]};
    struct ArrowArray batches[] = {batch_of(3, 0, all, 3)};
    feed f = {.columns = 3,
              .batches = 1,
              .batch = batches,
              .names = {"user", "item", "rating"},
              .formats = {"l", "u", "g"}};
    const recsys_row rows[] = {{SIZE, "u", "01", 3, 100}, {SIZE, "v", "2", 3, 100}};
    source s = {rows, 2, 0, 0};
    recsys_csr csr = plain_csr();
    recsys_ratings *r[4] = {NULL, NULL, NULL, NULL};
    recsys_status status;
    (void)data;
    RS_TRY(from_feed(&f, runtime, &r[0], err));
    RS_TRY(rs_ratings_from_rows(&r[1], runtime, next_row, &s, err));
    RS_TRY(rs_ratings_from_csr(&r[2], runtime, &csr, err));
    csr.release = release;
    csr.release_data = &released;
    RS_TRY(rs_ratings_from_csr(&r[3], runtime, &csr, err));
out:
    for (size_t i = 0; i < 4; i++) rs_ratings_release(r[i]);
    return status;
}

static void failing_allocations(void **state)
{
    (void)state;
    assert_true(test_each_allocation(input_work, NULL, 1, 1) > 100);
}

static int setup(void **state)
{
    (void)state;
    recsys_error err = RECSYS_ERROR_INIT;
    return rs_runtime_make(&rt, NULL, &err) != RECSYS_OK;
}

static int teardown(void **state)
{
    (void)state;
    rs_runtime_release(rt);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_by_callback),
        cmocka_unit_test(bad_rows_by_callback),
        cmocka_unit_test(many_rows_by_callback),
        cmocka_unit_test(csr_copied),
        cmocka_unit_test(csr_adopted),
        cmocka_unit_test(csr_that_must_be_copied),
        cmocka_unit_test(csr_with_ids),
        cmocka_unit_test(bad_csr),
        cmocka_unit_test(arrow_integers_slices_and_nulls),
        cmocka_unit_test(arrow_texts),
        cmocka_unit_test(arrow_views),
        cmocka_unit_test(arrow_errors),
        cmocka_unit_test(failing_allocations),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}

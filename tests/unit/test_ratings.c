/* Ratings handles: built against a plain reference, saved and opened, cut, widened, hashed. */
#include "ratings_testing.h"

#include "base/error.h"

static recsys_runtime *rt;

/* ---- against a plain reference --------------------------------------------------- */

enum { ROWS = 700, USERS = 23, MOVIES = 31 };

typedef struct row {
    unsigned user, movie;
    double value; /* -1: null */
    int64_t time;
} row;

/* Rows with many repeats, nulls and equal times. `kind` picks the values and the times. */
static void make_rows(row *rows, size_t count, unsigned kind, uint64_t seed)
{
    for (size_t i = 0; i < count; i++) {
        rows[i].user = (unsigned)test_below(&seed, USERS);
        rows[i].movie = (unsigned)test_below(&seed, MOVIES);
        rows[i].value = (double)test_below(&seed, kind == 0 ? 10 : 400) / (kind == 2 ? 16 : 2);
        if (test_below(&seed, 8) == 0) rows[i].value = -1;
        rows[i].time = (int64_t)test_below(&seed, 4) * (kind == 1 ? 1000000007 : 5000);
    }
}

/* Index of the row that decides about a pair; SIZE_MAX: none. */
static size_t deciding_row(const row *rows, size_t count, unsigned user, unsigned movie)
{
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < count; i++)
        if (rows[i].user == user && rows[i].movie == movie &&
            (best == SIZE_MAX || rows[i].time >= rows[best].time))
            best = i;
    return best;
}

static size_t reference(const row *rows, size_t count, triple *out, char (*names)[2][16])
{
    size_t kept = 0;
    for (unsigned u = 0; u < USERS; u++)
        for (unsigned m = 0; m < MOVIES; m++) {
            size_t i = deciding_row(rows, count, u, m);
            if (i == SIZE_MAX || rows[i].value < 0) continue;
            snprintf(names[kept][0], 16, "%u", u * 7);
            snprintf(names[kept][1], 16, "m%u", m);
            out[kept] = (triple){names[kept][0], names[kept][1], (float)rows[i].value,
                                 rows[i].time * 1000};
            kept++;
        }
    return kept;
}

static char *write_rows(const row *rows, size_t count)
{
    char *text = malloc(count * 64 + 64), *at = text;
    assert_non_null(text);
    at += sprintf(at, "movie,user,rating,time\n");
    for (size_t i = 0; i < count; i++) {
        at += sprintf(at, "m%u,%u,", rows[i].movie, rows[i].user * 7);
        if (rows[i].value >= 0) at += sprintf(at, "%g", rows[i].value);
        at += sprintf(at, ",%lld\n", (long long)rows[i].time);
    }
    return text;
}

static recsys_ratings *read_with(const char *text, size_t threads, size_t chunk)
{
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *r = NULL;
    recsys_runtime *mine = NULL;
    assert_ok(rs_runtime_make(&mine, NULL, &err), &err);
    mine->threads = threads;
    assert_ok(read_bytes(&r, mine, text, strlen(text), NULL, chunk, NULL, &err), &err);
    rs_runtime_release(mine);
    return r;
}

/* Both handles have the same bytes in every part. */
static void expect_same_parts(const recsys_ratings *a, const recsys_ratings *b)
{
    assert_int_equal(a->parts.count, b->parts.count);
    for (size_t i = 0; i < a->parts.count; i++) {
        const rs_part *part = &a->parts.parts[i],
                      *other = rs_container_find(&b->parts, part->name);
        assert_non_null(other);
        assert_int_equal(part->size, other->size);
        assert_memory_equal(part->data, other->data, part->size);
    }
    assert_string_equal(rs_ratings_hash(a), rs_ratings_hash(b));
}

static void equals_a_plain_reference(void **state)
{
    (void)state;
    static row rows[ROWS];
    static triple expected[USERS * MOVIES];
    static char names[USERS * MOVIES][2][16];
    for (unsigned kind = 0; kind < 3; kind++) {
        make_rows(rows, ROWS, kind, 100 + kind);
        size_t count = reference(rows, ROWS, expected, names);
        assert_true(count > 200 && count < ROWS);
        char *text = write_rows(rows, ROWS);
        recsys_ratings *first = read_with(text, 1, 0);
        expect_triples(first, expected, count);
        expect_columns(&first->matrix);
        assert_int_equal(first->matrix.levels > 0, kind == 0);
        for (size_t threads = 1; threads < 8; threads += 3) {
            recsys_ratings *other = read_with(text, threads, 100);
            expect_same_parts(first, other);
            rs_ratings_release(other);
        }
        rs_ratings_release(first);
        free(text);
    }
}

/* Enough rows that counting sorts are split among threads. */
static void large_inputs_are_split(void **state)
{
    (void)state;
    enum { COUNT = 70000, PEOPLE = 300, FILMS = 500 };
    static float value[PEOPLE][FILMS];
    char *text = malloc(COUNT * 24 + 32), *at = text;
    uint64_t seed = 5;
    size_t kept = 0;
    at += sprintf(at, "user,movie,rating\n");
    for (size_t i = 0; i < COUNT; i++) {
        size_t u = test_below(&seed, PEOPLE), m = test_below(&seed, FILMS);
        unsigned v = 1 + (unsigned)test_below(&seed, 9);
        kept += value[u][m] == 0;
        value[u][m] = (float)v;
        at += sprintf(at, "%zu,%zu,%u\n", u, m, v);
    }
    recsys_ratings *one = read_with(text, 1, 0);
    const rs_matrix *m = &one->matrix;
    assert_int_equal(m->count, kept);
    assert_int_equal(m->users, PEOPLE);
    assert_int_equal(m->movies, FILMS);
    for (size_t u = 0; u < PEOPLE; u++)
        for (uint64_t i = m->user_ptr[u]; i < m->user_ptr[u + 1]; i++)
            assert_true(rs_user_rating(m, i) == value[u][m->user_movie[i]]);
    expect_columns(m);
    for (size_t threads = 2; threads < 8; threads += 5) {
        recsys_ratings *other = read_with(text, threads, 0);
        expect_same_parts(one, other);
        rs_ratings_release(other);
    }
    rs_ratings_release(one);
    free(text);
}

/* ---- scale ----------------------------------------------------------------------- */

static void expect_scale(const char *text, float min, float max, float step, size_t levels)
{
    recsys_ratings *r = read_with(text, 1, 0);
    recsys_scale scale = RECSYS_SCALE_INIT;
    recsys_ratings_scale(r, &scale);
    assert_near((double)scale.min, (double)min, 0);
    assert_near((double)scale.max, (double)max, 0);
    assert_near((double)scale.step, (double)step, 1e-7);
    assert_int_equal(scale.levels, levels);
    rs_ratings_release(r);
}

static void scales(void **state)
{
    (void)state;
    expect_scale("user,movie,rating\n1,1,0.5\n1,2,5\n1,3,4.5\n", 0.5f, 5, 0.5f, 3);
    expect_scale("user,movie,rating\n1,1,1\n1,2,4\n1,3,5\n", 1, 5, 1, 3);
    expect_scale("user,movie,rating\n1,1,2\n1,2,4\n1,3,8\n", 2, 8, 2, 3);
    expect_scale("user,movie,rating\n1,1,0.1\n1,2,0.2\n1,3,0.4\n", 0.1f, 0.4f, 0.1f, 3);
    expect_scale("user,movie,rating\n1,1,3\n", 3, 3, 0, 1);
    expect_scale("user,movie,rating\n1,1,-1\n1,2,0\n1,3,1\n", -1, 1, 1, 3);
    expect_scale("user,movie,rating\n1,1,1\n1,2,2.4142136\n1,3,3.1415927\n", 1, 3.1415927f, 0,
                 3);
    char text[400] = "user,movie,rating\n", line[24];
    for (int i = 0; i <= 15; i++) {
        snprintf(line, sizeof line, "1,%d,%d\n", i, i * 5);
        strcat(text, line);
        if (i == 14) expect_scale(text, 0, 70, 5, 15);
    }
    expect_scale(text, 0, 75, 5, 0); /* 16 values are kept as floats */
}

/* ---- files ----------------------------------------------------------------------- */

static const char *const small = "user,movie,rating,time\nb,1,1,10\na,2,5,20\na,1,3,30\n";

static void saved_and_opened(void **state)
{
    (void)state;
    char folder[256], path[512];
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *r = read_with(small, 1, 0), *opened = NULL;
    test_path(path, test_folder(folder), "r.ratings");
    assert_ok(rs_ratings_save(r, path, &err), &err);
    assert_ok(rs_ratings_open(&opened, rt, path, &err), &err);
    expect_same_parts(r, opened);
    const triple kept[] = {{"b", "1", 1, 10000}, {"a", "2", 5, 20000}, {"a", "1", 3, 30000}};
    expect_triples(opened, kept, 3);
    char buffer[8];
    assert_int_equal(recsys_ratings_user_id(opened, 1, buffer, sizeof buffer), 1);
    assert_string_equal(buffer, "b");
    assert_int_equal(recsys_ratings_find_movie(opened, "2"), 1);
    assert_int_equal(recsys_ratings_find_movie(opened, "3"), SIZE_MAX);
    recsys_rating rating = RECSYS_RATING_INIT;
    assert_int_equal(recsys_ratings_user_at(opened, 0, 1, &rating), 1);
    assert_int_equal(rating.movie, 1);
    assert_int_equal(rating.timestamp, 20000);
    assert_int_equal(recsys_ratings_user_at(opened, 0, 2, &rating), 0);
    assert_int_equal(recsys_ratings_user_at(opened, 2, 0, &rating), 0);
    rs_ratings_release(opened);
    recsys_read_summary summary = RECSYS_READ_SUMMARY_INIT;
    assert_ok(rs_ratings_read(&opened, rt, path, NULL, &summary, NULL, &err), &err);
    expect_same_parts(r, opened);
    assert_string_equal(summary.format, "saved");
    assert_int_equal(summary.rows, 3);
    rs_ratings_release(opened);
    rs_ratings_release(r);
    test_remove_folder(folder);
}

/* Whatever happens to a file, opening it ends, and with an error if a part was changed. */
static void damaged_files(void **state)
{
    (void)state;
    char folder[256], path[512];
    size_t size;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *r = read_with(small, 1, 0), *opened = NULL;
    test_path(path, test_folder(folder), "r.ratings");
    assert_ok(rs_ratings_save(r, path, &err), &err);
    rs_ratings_release(r);
    unsigned char *data = test_read_file(path, &size);
    for (size_t i = 0; i < size; i += 1 + i / 300) {
        data[i] ^= 0x41;
        test_write_file(path, data, size);
        if (rs_ratings_open(&opened, rt, path, &err) == RECSYS_OK) {
            /* only padding between parts and the hash of the whole are not checked */
            assert_int_equal(opened->matrix.count, 3);
            rs_ratings_release(opened);
        }
        data[i] ^= 0x41;
        if (i % 7 != 0) continue;
        test_write_file(path, data, i);
        assert_true(rs_ratings_open(&opened, rt, path, &err) != RECSYS_OK);
    }
    free(data);
    test_remove_folder(folder);
}

/* ---- parts that lie: checksums are right, contents are not ----------------------- */

typedef struct lie {
    const char *part;
    size_t at, size;
    uint64_t value;
} lie;

static recsys_status open_lie(const recsys_ratings *r, const lie *l, recsys_error *err)
{
    rs_container parts;
    recsys_ratings *out = NULL;
    rs_container_begin(&parts, rt, "ratings");
    for (size_t i = 0; i < r->parts.count; i++) {
        const rs_part *part = &r->parts.parts[i];
        char *copy = rs_array_copy(rt, part->data, part->size, 1);
        assert_non_null(copy);
        if (l->part != NULL && strcmp(part->name, l->part) == 0) {
            assert_true(l->at + l->size <= part->size);
            memcpy(copy + l->at, &l->value, l->size);
        }
        assert_ok(rs_container_add(&parts, part->name, 1, copy, part->size, copy, err), err);
    }
    recsys_status status = rs_ratings_wrap(&out, rt, &parts, 0, err);
    if (status == RECSYS_OK) rs_ratings_release(out);
    return status;
}

static void lying_parts(void **state)
{
    (void)state;
    const lie lies[] = {{"ratings.user_ptr", 0, 8, 1},
                        {"ratings.user_ptr", 8, 8, 9},
                        {"ratings.user_ptr", 8, 8, 1u << 31},
                        {"ratings.user_ptr", 16, 8, 2},
                        {"ratings.user_movie", 0, 4, 2},
                        {"ratings.user_movie", 0, 4, 1},
                        {"ratings.user_movie", 8, 4, 1},
                        {"ratings.user_value", 0, 1, 3},
                        {"ratings.movie_ptr", 8, 8, 3},
                        {"ratings.movie_ptr", 8, 8, 1},
                        {"ratings.movie_user", 0, 4, 7},
                        {"ratings.movie_value", 0, 1, 200},
                        {"ratings.head", 0, 8, 3},
                        {"ratings.head", 8, 8, 1},
                        {"ratings.head", 16, 8, 4},
                        {"ratings.head", 44, 4, 16},
                        {"ratings.head", 44, 4, 0},
                        {"ratings.head", 40, 4, 8},
                        {"ratings.head", 24, 8, INT64_MAX},
                        {"ratings.head", 32, 8, 0},
                        {"ratings.head", 48, 4, 0x7fc00000},
                        {"users", 0, 8, 1},
                        {"movies", 8, 8, 1}};
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *r = read_with(small, 1, 0);
    const lie truth = {NULL, 0, 0, 0};
    assert_ok(open_lie(r, &truth, &err), &err);
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++)
        if (open_lie(r, &lies[i], &err) != RECSYS_E_DAMAGED)
            fail_msg("lie %zu in %s was believed", i, lies[i].part);
    rs_ratings_release(r);
}

/* ---- subset and widening --------------------------------------------------------- */

static void subsets(void **state)
{
    (void)state;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *r =
        read_with("user,movie,rating,time\n1,1,1,10\n1,2,2,20\n2,2,3,30\n3,3,4,40\n", 1, 0);
    recsys_ratings *same = read_with("user,movie,rating,time\n3,3,4,40\n1,2,2,20\n", 1, 0);
    recsys_ratings *part = NULL;
    const uint8_t keep[] = {0, 1, 0, 1}, none[] = {0, 0, 0, 0};
    assert_ok(rs_ratings_subset(&part, r, keep, 1, &err), &err);
    const triple kept[] = {{"1", "2", 2, 20000}, {"3", "3", 4, 40000}};
    expect_triples(part, kept, 2);
    assert_int_equal(part->users.count, 2);
    assert_int_equal(part->movies.count, 2);
    expect_same_parts(part, same);
    assert_fails(rs_ratings_subset(&part, r, none, 1, &err), RECSYS_E_EMPTY, &err);
    rs_ratings_release(part);
    rs_ratings_release(same);
    rs_ratings_release(r);
}

/* Movies "9", "10", "11" (integers) move to the given numbers of a table of `movies`. */
static void check_widened(const uint32_t *map, size_t movies)
{
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *r = read_with("user,movie,rating,time\n1,9,1,10\n1,10,2,20\n1,11,3,30\n"
                                  "2,10,4,40\n2,11,2,50\n",
                                  1, 0);
    rs_container into;
    rs_matrix m;
    rs_container_begin(&into, rt, "model");
    assert_ok(rs_matrix_widen(&r->matrix, map, movies, &into, &err), &err);
    assert_ok(rs_matrix_bind(&m, &into, &err), &err);
    assert_int_equal(m.movies, movies);
    const struct {
        unsigned user, movie;
        float value;
        int64_t time;
    } expected[] = {{0, 0, 1, 10000},
                    {0, 1, 2, 20000},
                    {0, 2, 3, 30000},
                    {1, 1, 4, 40000},
                    {1, 2, 2, 50000}};
    for (size_t i = 0; i < 5; i++) {
        uint64_t at = m.user_ptr[expected[i].user];
        while (m.user_movie[at] != map[expected[i].movie]) at++;
        assert_true(at < m.user_ptr[expected[i].user + 1]);
        assert_true(rs_user_rating(&m, at) == expected[i].value);
        assert_int_equal(rs_matrix_time(&m, at), expected[i].time);
    }
    expect_columns(&m);
    rs_container_close(&into);
    rs_ratings_release(r);
}

static void widened(void **state)
{
    (void)state;
    check_widened((const uint32_t[]){0, 1, 2}, 3);
    check_widened((const uint32_t[]){1, 3, 4}, 6);
    check_widened((const uint32_t[]){5, 0, 2}, 6);
}

/* ---- hash ------------------------------------------------------------------------ */

static void hash_is_of_the_content(void **state)
{
    (void)state;
    static const char *const same[] = {
        "user,movie,rating,time\nb,1,1,10\na,2,5,20\na,1,3,30\n",
        "a::1::3::30\nb::1::1::10\na::2::4::19\na::2::5::20\n",
        "{\"user\":\"a\",\"movie\":1,\"rating\":3,\"ts\":30}\n"
        "{\"user\":\"a\",\"movie\":\"2\",\"rating\":5,\"ts\":\"1970-01-01T00:00:20Z\"}\n"
        "{\"user\":\"b\",\"movie\":1,\"rating\":1.0,\"ts\":10}\n"};
    static const char *const other[] = {
        "user,movie,rating,time\nb,1,1,10\na,2,5,20\na,1,3,31\n",
        "user,movie,rating,time\nb,1,1,10\na,2,5,20\na,1,4,30\n",
        "user,movie,rating,time\nb,1,1,10\na,2,5,20\nc,1,3,30\n",
        "user,movie,rating,time\nb,1,1,10\na,2,5,20\n"};
    recsys_ratings *r = read_with(same[0], 1, 0);
    assert_int_equal(strlen(rs_ratings_hash(r)), 64);
    for (size_t i = 1; i < 3; i++) {
        recsys_ratings *again = read_with(same[i], 2, 8);
        expect_same_parts(r, again);
        rs_ratings_release(again);
    }
    for (size_t i = 0; i < 4; i++) {
        recsys_ratings *differs = read_with(other[i], 1, 0);
        assert_string_not_equal(rs_ratings_hash(r), rs_ratings_hash(differs));
        rs_ratings_release(differs);
    }
    rs_ratings_release(r);
}

static void hash_needs_no_memory(void **state)
{
    (void)state;
    recsys_error err = RECSYS_ERROR_INIT;
    test_heap heap = {0};
    recsys_ratings *r = NULL, *with = read_with(small, 1, 0);
    recsys_runtime *mine = test_runtime(&heap, 2);
    assert_ok(read_bytes(&r, mine, small, strlen(small), NULL, 0, NULL, &err), &err);
    heap.fail_at = 1;
    heap.fail_after = 1;
    assert_string_equal(rs_ratings_hash(r), rs_ratings_hash(with));
    rs_ratings_release(r);
    rs_ratings_release(with);
    rs_runtime_release(mine);
    assert_int_equal(atomic_load(&heap.live), 0);
}

/* ---- failing allocations --------------------------------------------------------- */

static recsys_status cut_work(recsys_runtime *runtime, void *data, recsys_error *err)
{
    const uint8_t keep[] = {1, 0, 1};
    const uint32_t map[] = {3, 1};
    char path[512];
    recsys_ratings *r = NULL, *part = NULL, *opened = NULL;
    rs_container into;
    recsys_status status;
    rs_container_begin(&into, runtime, "model");
    RS_TRY(read_bytes(&r, runtime, small, strlen(small), NULL, 0, NULL, err));
    RS_TRY(rs_ratings_subset(&part, r, keep, 1, err));
    RS_TRY(rs_matrix_widen(&r->matrix, map, 5, &into, err));
    test_path(path, data, "cut.ratings");
    RS_TRY(rs_ratings_save(r, path, err));
    RS_TRY(rs_ratings_open(&opened, runtime, path, err));
out:
    rs_container_close(&into);
    rs_ratings_release(r);
    rs_ratings_release(part);
    rs_ratings_release(opened);
    return status;
}

static void failing_allocations(void **state)
{
    (void)state;
    char folder[256];
    test_each_allocation(cut_work, test_folder(folder), 1, 1);
    test_remove_folder(folder);
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
        cmocka_unit_test(equals_a_plain_reference),
        cmocka_unit_test(large_inputs_are_split),
        cmocka_unit_test(scales),
        cmocka_unit_test(saved_and_opened),
        cmocka_unit_test(damaged_files),
        cmocka_unit_test(lying_parts),
        cmocka_unit_test(subsets),
        cmocka_unit_test(widened),
        cmocka_unit_test(hash_is_of_the_content),
        cmocka_unit_test(hash_needs_no_memory),
        cmocka_unit_test(failing_allocations),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}

/* Model files from anywhere: each header field wrong, cut short, bits flipped, and files whose
 * checksums are right but whose contents lie. Nothing may crash or be believed. */
#include "sample.h"

#include <zlib.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "modelfile/model.h"

enum { USERS = 12, MOVIES = 10, LISTED = 2, SPARE = 4, TABLE = 80, ROW = 48 };

typedef struct world {
    char folder[256], path[512];
    unsigned char *good;
    size_t size;
    recsys_runtime *runtime;
} world;

/* Lists so short that there are spare neighbours beyond. */
static recsys_status short_lists(recsys_model **model, recsys_runtime *runtime,
                                 const char *movies, recsys_error *err)
{
    recsys_config *config = NULL;
    recsys_ratings *ratings = NULL;
    recsys_catalogue *catalogue = NULL;
    recsys_status status = recsys_config_create(&config, runtime, err);
    if (status == RECSYS_OK)
        status =
            recsys_config_set(config, "model.collaborative_filtering.n_neighbors", "2", err);
    if (status == RECSYS_OK)
        status = recsys_config_set(config, "model.collaborative_filtering.spare_neighbors", "4",
                                   err);
    if (status == RECSYS_OK) status = sample_ratings(&ratings, runtime, USERS, MOVIES, err);
    if (status == RECSYS_OK) status = sample_catalogue(&catalogue, runtime, movies, err);
    if (status == RECSYS_OK)
        status = recsys_model_fit(model, runtime, ratings, catalogue, config, NULL, err);
    recsys_ratings_destroy(ratings);
    recsys_catalogue_destroy(catalogue);
    recsys_config_destroy(config);
    return status;
}

static int setup(void **state)
{
    char catalogue[512];
    recsys_model *model = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    test_folder(w->folder);
    assert_ok(rs_runtime_make(&w->runtime, NULL, &err), &err);
    sample_catalogue_file(catalogue, w->folder, MOVIES);
    assert_ok(short_lists(&model, w->runtime, catalogue, &err), &err);
    assert_ok(recsys_model_save(model, test_path(w->path, w->folder, "m.recsys"), &err), &err);
    recsys_model_destroy(model);
    w->good = test_read_file(w->path, &w->size);
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    world *w = *state;
    rs_runtime_release(w->runtime);
    test_remove_folder(w->folder);
    free(w->good);
    free(w);
    return 0;
}

/* ---- asking a model -------------------------------------------------------------- */

/* Step on what a reason points to. */
static int read_reason(void *user_data, const recsys_reason *reason)
{
    size_t *bytes = user_data;
    for (size_t i = 0; i < reason->shared_count; i++) *bytes += strlen(reason->shared[i]);
    if (reason->user_id != NULL) *bytes += strlen(reason->user_id);
    if (reason->movie_id != NULL) *bytes += strlen(reason->movie_id);
    return 0;
}

static int read_list(void *user_data, const char *user_id, const recsys_result *list)
{
    size_t *bytes = user_data;
    *bytes += strlen(user_id);
    for (size_t i = 0; i < recsys_result_size(list); i++)
        *bytes += strlen(recsys_result_item(list, i));
    return 0;
}

static void use_similar(const recsys_model *model, recsys_context *context)
{
    const recsys_result *list = NULL;
    char id[64];
    for (size_t movie = 0; movie < recsys_model_movies(model); movie++) {
        if (recsys_model_movie_id(model, movie, id, sizeof id) >= sizeof id) continue;
        assert_int_equal(recsys_similar(&list, context, id, 5, NULL), RECSYS_OK);
        assert_in_range(recsys_result_size(list), 0, 5);
    }
}

/* A rating by user 1 and one by a new user. */
static int next_rating(void *user_data, recsys_row *row)
{
    int *at = user_data;
    row->user = *at == 0 ? "u001" : "u999";
    row->movie = *at == 0 ? "m001" : "m000";
    row->rating = 4;
    row->timestamp = 2000000;
    return (*at)++ < 2;
}

/* What comes of bad contents is an error or a model that can be asked. */
static void use_update(const recsys_model *model)
{
    for (int mode = RECSYS_UPDATE_REFIT; mode <= RECSYS_UPDATE_KEEP; mode++) {
        int at = 0;
        recsys_ratings *ratings = NULL;
        recsys_model *next = NULL;
        assert_int_equal(recsys_ratings_from_rows(&ratings, NULL, next_rating, &at, NULL),
                         RECSYS_OK);
        recsys_error err = RECSYS_ERROR_INIT;
        assert_ok(recsys_model_update(&next, model, ratings, NULL, (recsys_update_mode)mode,
                                      NULL, NULL, &err),
                  &err);
        assert_true(recsys_model_users(next) > 0);
        recsys_ratings_destroy(ratings);
        recsys_model_destroy(next);
    }
}

/* Ask a model something of everything, so that bad contents would be stepped on. */
static void use(const recsys_model *model)
{
    recsys_context *context = NULL;
    recsys_query *query = NULL;
    const recsys_result *list = NULL;
    size_t bytes = 0;
    assert_int_equal(recsys_context_create(&context, model, NULL), RECSYS_OK);
    assert_int_equal(recsys_query_create(&query, NULL, NULL), RECSYS_OK);
    assert_int_equal(recsys_query_set_user(query, "u001", NULL), RECSYS_OK);
    for (int live = 0; live < 2; live++) {
        if (live)
            assert_int_equal(recsys_query_add_rating(query, "m001", 5, 0, NULL), RECSYS_OK);
        assert_int_equal(recsys_recommend(&list, context, query, NULL), RECSYS_OK);
        for (size_t i = 0; i < recsys_result_size(list); i++)
            assert_int_equal(recsys_result_explain(list, i, read_reason, &bytes, NULL),
                             RECSYS_OK);
    }
    use_similar(model, context);
    recsys_query_clear(query);
    assert_int_equal(recsys_query_set_limit(query, 5, NULL), RECSYS_OK);
    assert_int_equal(recsys_recommend_all(model, query, read_list, &bytes, NULL, NULL),
                     RECSYS_OK);
    use_update(model);
    recsys_query_destroy(query);
    recsys_context_destroy(context);
}

/* ---- opening --------------------------------------------------------------------- */

/* Open bytes from the heap, so that a sanitizer sees any step beyond them. */
static recsys_status open_bytes(const world *w, const unsigned char *data, size_t size,
                                recsys_model **model, recsys_error *err)
{
    rs_bytes bytes = {.runtime = w->runtime, .size = size};
    bytes.heap = rs_array_copy(w->runtime, data, size, 1);
    bytes.data = bytes.heap;
    return rs_model_from_bytes(model, &bytes, err);
}

/* A changed file must fail to open, or open safely and fail validation. */
static void expect_refusal(const world *w, const unsigned char *data, size_t size)
{
    recsys_model *model = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_status status = open_bytes(w, data, size, &model, &err);
    if (status == RECSYS_OK) {
        use(model);
        status = recsys_model_validate(model, RECSYS_VALIDATE_FULL, &err);
        recsys_model_destroy(model);
    }
    assert_in_range(status, RECSYS_E_NOT_A_MODEL, RECSYS_E_DAMAGED);
}

static void expect_status(const world *w, const unsigned char *data, size_t size,
                          recsys_status wanted)
{
    recsys_model *model = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_fails(open_bytes(w, data, size, &model, &err), wanted, &err);
    assert_null(model);
}

static void the_good_file_is_good(void **state)
{
    world *w = *state;
    recsys_model *model = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_ok(open_bytes(w, w->good, w->size, &model, &err), &err);
    use(model);
    assert_ok(recsys_model_validate(model, RECSYS_VALIDATE_FULL, &err), &err);
    recsys_model_destroy(model);
}

static void each_header_field_has_its_error(void **state)
{
    world *w = *state;
    static const struct {
        size_t at;
        unsigned char flip;
        recsys_status wanted;
    } rows[] = {
        {0, 1, RECSYS_E_NOT_A_MODEL},      {7, 7, RECSYS_E_NOT_A_MODEL},
        {8, 1, RECSYS_E_NOT_A_MODEL},      {16, 5, RECSYS_E_MODEL_VERSION},
        {20, 2, RECSYS_E_MODEL_VERSION},   {23, 1, RECSYS_E_MODEL_VERSION},
        {24, 1, RECSYS_E_DAMAGED},         {31, 1, RECSYS_E_DAMAGED},
        {64, 1, RECSYS_E_DAMAGED},         {71, 255, RECSYS_E_DAMAGED},
        {72, 1, RECSYS_E_DAMAGED},         {76, 1, RECSYS_E_DAMAGED},
        {TABLE, 1, RECSYS_E_DAMAGED},      {TABLE + 24, 1, RECSYS_E_DAMAGED},
        {TABLE + 32, 1, RECSYS_E_DAMAGED}, {TABLE + 44, 1, RECSYS_E_DAMAGED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        w->good[rows[i].at] ^= rows[i].flip;
        expect_status(w, w->good, w->size, rows[i].wanted);
        w->good[rows[i].at] ^= rows[i].flip;
    }
    w->good[40] ^= 1; /* the stored hash: seen by validate */
    expect_refusal(w, w->good, w->size);
    w->good[40] ^= 1;
}

static void cut_short_anywhere_is_refused(void **state)
{
    world *w = *state;
    for (size_t size = 0; size < w->size; size += size < 4096 ? 1 : 61)
        expect_refusal(w, w->good, size);
    expect_refusal(w, w->good, w->size - 1);
    unsigned char *longer = malloc(w->size + 64);
    assert_non_null(longer);
    memcpy(longer, w->good, w->size);
    memset(longer + w->size, 0, 64);
    expect_refusal(w, longer, w->size + 64);
    free(longer);
}

static void any_flipped_bit_is_found(void **state)
{
    world *w = *state;
    uint64_t draw = 3;
    for (int i = 0; i < 3000; i++) {
        size_t at = test_below(&draw, w->size);
        unsigned char bit = (unsigned char)(1u << test_below(&draw, 8));
        w->good[at] ^= bit;
        expect_refusal(w, w->good, w->size);
        w->good[at] ^= bit;
    }
}

/* ---- lies with correct checksums ------------------------------------------------- */

typedef struct place {
    uint64_t offset, size;
    size_t row;
} place;

static place find_part(const world *w, const char *name)
{
    uint64_t parts;
    memcpy(&parts, w->good + 64, 8);
    for (size_t i = 0; i < parts; i++) {
        place p = {.row = TABLE + i * ROW};
        if (strcmp((const char *)w->good + p.row, name) != 0) continue;
        memcpy(&p.offset, w->good + p.row + 24, 8);
        memcpy(&p.size, w->good + p.row + 32, 8);
        return p;
    }
    fail_msg("no part %s", name);
    return (place){0};
}

/* Make the part's and the table's checksums fit the present bytes. */
static void mend_checksums(unsigned char *data, place p)
{
    uint64_t parts;
    uint32_t sum = (uint32_t)crc32(0, data + p.offset, (uInt)p.size);
    memcpy(data + p.row + 40, &sum, 4);
    memcpy(&parts, data + 64, 8);
    sum = (uint32_t)crc32(0, data + TABLE, (uInt)(parts * ROW));
    memcpy(data + 72, &sum, 4);
}

static void mend_hash(unsigned char *data, size_t size)
{
    rs_sha256 sha;
    rs_sha256_begin(&sha);
    rs_sha256_add(&sha, data + 64, size - 64);
    rs_sha256_end(&sha, data + 32);
}

static void random_contents_are_never_believed(void **state)
{
    world *w = *state;
    uint64_t parts, draw = 11;
    unsigned char *copy = malloc(w->size);
    assert_non_null(copy);
    memcpy(&parts, w->good + 64, 8);
    for (size_t i = 0; i < parts; i++) {
        place p = find_part(w, (const char *)w->good + TABLE + i * ROW);
        for (int round = 0; round < 300 && p.size > 0; round++) {
            static const uint64_t odd[] = {
                0,         1,          0x7f,       0xff,
                0xffff,    UINT32_MAX, UINT64_MAX, UINT64_C(0x7ff0000000000000),
                0x7f800000};
            memcpy(copy, w->good, w->size);
            uint64_t value = odd[test_below(&draw, sizeof odd / sizeof *odd)];
            size_t width = (size_t)1 << test_below(&draw, 4);
            if (width > p.size) width = 1;
            size_t at = test_below(&draw, (size_t)p.size / width) * width;
            memcpy(copy + p.offset + at, &value, width);
            mend_checksums(copy, p);
            recsys_model *model = NULL;
            recsys_error err = RECSYS_ERROR_INIT;
            if (open_bytes(w, copy, w->size, &model, &err) != RECSYS_OK) continue;
            use(model);
            recsys_model_destroy(model);
        }
    }
    free(copy);
}

static void known_lies_are_named(void **state)
{
    world *w = *state;
    static const struct {
        const char *part;
        size_t at;
        uint64_t value;
        size_t width;
    } rows[] = {
        {"users", 0, 1000000, 8},
        {"movies", 8, 7, 8},
        {"ratings.head", 0, 11, 8},
        {"ratings.head", 16, UINT64_MAX, 8},
        {"ratings.user_ptr", 8, UINT64_MAX, 8},
        {"ratings.user_movie", 0, MOVIES + 2, 4},
        {"ratings.user_value", 0, 200, 1},
        {"ratings.movie_user", 0, USERS, 4},
        {"catalogue.title", 8, UINT64_MAX, 8},
        {"movie.sum", 0, UINT64_C(0x7ff8000000000000), 8},
        {"movie.popular", 0, MOVIES + 2, 4},
        {"user.square", 0, UINT64_C(0x7ff0000000000000), 8},
        {"user_cf.ptr", 0, 1, 8},
        {"user_cf.user", 0, USERS, 4},
        {"user_cf.similarity", 0, 0x7fc00000, 4},
        {"spare.ptr", 8, 5, 8},
        {"spare.user", 0, USERS, 4},
        {"spare.similarity", 0, 0x7f800000, 4},
        {"spare.common", 0, MOVIES + 3, 4},
        {"spare.complete", 0, 2, 1},
        {"content.movie", 0, MOVIES + 2, 4},
        {"terms.term", 0, 100000, 4},
        {"terms.weight", 0, 0x7f800000, 4},
        {"terms.name_offsets", 8, UINT64_MAX, 8},
        {"fusion.head", 0, 1u << 30, 8},
        {"fusion.head", 8, 0, 8},
        {"fusion.user_cf", 0, UINT64_C(0x7ff8000000000000), 8},
        {"fusion.ranker", offsetof(rs_ranker, use), RS_USE_RANKER + 1, 8},
        {"fusion.ranker", offsetof(rs_ranker, single), RS_SOURCES, 8},
        {"fusion.ranker", offsetof(rs_ranker, single), RS_IALS, 8}, /* which it lacks */
        {"fusion.ranker", offsetof(rs_ranker, source), UINT64_C(0xbff0000000000000), 8},
        {"fusion.ranker", offsetof(rs_ranker, source) + 8, UINT64_C(0x7ff8000000000000), 8},
        {"fusion.ranker", offsetof(rs_ranker, source) + 48, UINT64_C(0x7fe0000000000000), 8},
        {"fusion.ranker", offsetof(rs_ranker, movie) + 24, UINT64_C(0x7ff0000000000000), 8},
        {"fusion.ranker", offsetof(rs_ranker, gain), UINT64_C(0x7ff8000000000000), 8},
        {"fusion.ranker", offsetof(rs_ranker, newest), UINT64_C(0x7ff8000000000000), 8},
        {"fusion.ranker", offsetof(rs_ranker, age), UINT64_C(0x7fe0000000000000), 8},
        {"fusion.ranker", offsetof(rs_ranker, taste), UINT64_C(0x4000000000000000), 8},
        {"manifest", 0, 'x', 1},
        {"config", 0, '[', 1},
    };
    unsigned char *copy = malloc(w->size);
    assert_non_null(copy);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        place p = find_part(w, rows[i].part);
        recsys_model *model = NULL;
        recsys_error err = RECSYS_ERROR_INIT;
        memcpy(copy, w->good, w->size);
        memcpy(copy + p.offset + rows[i].at, &rows[i].value, rows[i].width);
        mend_checksums(copy, p);
        recsys_status status = open_bytes(w, copy, w->size, &model, &err);
        if (status != RECSYS_E_DAMAGED)
            fail_msg("%s at %zu: status %d \"%s\"", rows[i].part, rows[i].at, (int)status,
                     err.text);
    }
    free(copy);
}

/* ---- lies that only validation finds --------------------------------------------- */

/* The part's bytes in a copy of the good file. */
static void *part_of(const world *w, unsigned char *copy, const char *name)
{
    return copy + find_part(w, name).offset;
}

/* The first row with two entries and more; the entry where it begins. */
static size_t long_row(const uint64_t *ptr)
{
    size_t row = 0;
    while (ptr[row + 1] - ptr[row] < 2) row++;
    return (size_t)ptr[row];
}

static void a_neighbour_twice(const world *w, unsigned char *copy)
{
    size_t at = long_row(part_of(w, copy, "user_cf.ptr"));
    uint32_t *user = part_of(w, copy, "user_cf.user");
    user[at + 1] = user[at];
}

static void a_neighbour_of_oneself(const world *w, unsigned char *copy)
{
    const uint64_t *ptr = part_of(w, copy, "user_cf.ptr");
    uint32_t row = 0, *user = part_of(w, copy, "user_cf.user");
    while (ptr[row + 1] == ptr[row]) row++;
    user[ptr[row]] = row;
}

static void neighbours_rising(const world *w, unsigned char *copy)
{
    size_t at = long_row(part_of(w, copy, "user_cf.ptr"));
    float *similarity = part_of(w, copy, "user_cf.similarity");
    similarity[at + 1] = similarity[at] * 2;
}

static void a_spare_twice(const world *w, unsigned char *copy)
{
    size_t at = long_row(part_of(w, copy, "spare.ptr"));
    uint32_t *user = part_of(w, copy, "spare.user");
    user[at + 1] = user[at];
}

/* The row of the first spare neighbour. */
static uint32_t spare_row(const uint64_t *ptr)
{
    uint32_t row = 0;
    while (ptr[row + 1] == 0) row++;
    return row;
}

static void a_spare_of_the_list(const world *w, unsigned char *copy)
{
    uint32_t row = spare_row(part_of(w, copy, "spare.ptr"));
    const uint64_t *ptr = part_of(w, copy, "user_cf.ptr");
    uint32_t *spare = part_of(w, copy, "spare.user"), *user = part_of(w, copy, "user_cf.user");
    spare[0] = user[ptr[row]];
}

static void a_spare_of_oneself(const world *w, unsigned char *copy)
{
    uint32_t *spare = part_of(w, copy, "spare.user");
    spare[0] = spare_row(part_of(w, copy, "spare.ptr"));
}

static void a_spare_better_than_the_list(const world *w, unsigned char *copy)
{
    float *similarity = part_of(w, copy, "spare.similarity");
    similarity[0] = 2;
}

static void spares_rising(const world *w, unsigned char *copy)
{
    size_t at = long_row(part_of(w, copy, "spare.ptr"));
    float *similarity = part_of(w, copy, "spare.similarity");
    similarity[at + 1] = similarity[at] + 0.001F;
}

static void spares_of_another_row(const world *w, unsigned char *copy)
{
    const uint64_t *lists = part_of(w, copy, "user_cf.ptr");
    uint64_t *ptr = part_of(w, copy, "spare.ptr");
    size_t row = 0; /* a short list before a row that has some */
    while (lists[row + 1] - lists[row] == LISTED || ptr[row + 2] == ptr[row + 1]) row++;
    ptr[row + 1]++;
}

static void a_short_list_with_more(const world *w, unsigned char *copy)
{
    const uint64_t *lists = part_of(w, copy, "user_cf.ptr");
    uint8_t *complete = part_of(w, copy, "spare.complete");
    size_t row = 0;
    while (lists[row + 1] - lists[row] == LISTED) row++;
    complete[row] = 0;
}

static void a_similar_movie_twice(const world *w, unsigned char *copy)
{
    size_t at = long_row(part_of(w, copy, "content.ptr"));
    uint32_t *movie = part_of(w, copy, "content.movie");
    movie[at + 1] = movie[at];
}

static void a_term_twice(const world *w, unsigned char *copy)
{
    size_t at = long_row(part_of(w, copy, "terms.ptr"));
    uint32_t *term = part_of(w, copy, "terms.term");
    term[at + 1] = term[at];
}

static void another_movie_sum(const world *w, unsigned char *copy)
{
    double *sum = part_of(w, copy, "movie.sum");
    sum[MOVIES - 1] += 0.5;
}

static void another_user_sum(const world *w, unsigned char *copy)
{
    double *sum = part_of(w, copy, "user.sum");
    sum[USERS - 1] += 0.5;
}

static void another_user_square(const world *w, unsigned char *copy)
{
    double *square = part_of(w, copy, "user.square");
    square[0] += 0.5;
}

/* Two ratings of a movie change places: its sum stays. */
static void other_movie_values(const world *w, unsigned char *copy)
{
    uint8_t *code = part_of(w, copy, "ratings.movie_value");
    const uint64_t *ptr = part_of(w, copy, "ratings.movie_ptr");
    size_t at = (size_t)ptr[0];
    while (code[at] == code[at + 1]) at++;
    assert_true(at + 1 < ptr[1]);
    uint8_t first = code[at];
    code[at] = code[at + 1];
    code[at + 1] = first;
}

/* Another user in a column that stays ascending. */
static void another_rater(const world *w, unsigned char *copy)
{
    uint32_t *user = part_of(w, copy, "ratings.movie_user");
    const uint64_t *ptr = part_of(w, copy, "ratings.movie_ptr");
    size_t movie = 0;
    while (user[ptr[movie + 1] - 1] == USERS - 1) movie++;
    user[ptr[movie + 1] - 1] = USERS - 1;
}

static void a_title_not_utf8(const world *w, unsigned char *copy)
{
    char *strings = part_of(w, copy, "catalogue.title");
    strings[(MOVIES + 3) * 8] = (char)0xff;
}

static void a_term_not_utf8(const world *w, unsigned char *copy)
{
    char *names = part_of(w, copy, "terms.names");
    names[0] = (char)0xff;
}

static void an_ndcg_above_one(const world *w, unsigned char *copy)
{
    rs_fusion_head *head = part_of(w, copy, "fusion.head");
    head->ndcg[RS_MINMAX] = 1.5;
}

static void an_ndcg_not_a_number(const world *w, unsigned char *copy)
{
    rs_fusion_head *head = part_of(w, copy, "fusion.head");
    uint64_t nan = UINT64_C(0x7ff8000000000000);
    memcpy(&head->ndcg[RS_CALIBRATED], &nan, 8);
}

static void a_rankers_ndcg_below_zero(const world *w, unsigned char *copy)
{
    rs_ranker *ranker = part_of(w, copy, "fusion.ranker");
    ranker->ndcg[RS_USE_RANKER] = -0.5;
}

static void a_relevance_above_one(const world *w, unsigned char *copy)
{
    double *table = part_of(w, copy, "fusion.user_cf");
    table[0] = 1.25;
}

static void a_relevance_rising(const world *w, unsigned char *copy)
{
    double *table = part_of(w, copy, "fusion.content");
    table[1] = table[0] + 0.01;
}

static void a_relevance_below_zero(const world *w, unsigned char *copy)
{
    place p = find_part(w, "fusion.popularity");
    double *table = part_of(w, copy, "fusion.popularity");
    table[p.size / 8 - 1] = -0.01;
}

static void each_disagreement_is_found(void **state)
{
    world *w = *state;
    static const struct {
        void (*change)(const world *, unsigned char *);
        const char *part, *message;
    } rows[] = {
        {a_neighbour_twice, "user_cf.user", "holds a number twice"},
        {a_neighbour_of_oneself, "user_cf.user", "holds itself"},
        {neighbours_rising, "user_cf.similarity", "is not in order"},
        {a_spare_twice, "spare.user", "holds a number twice"},
        {a_spare_of_the_list, "spare.user", "holds a number twice"},
        {a_spare_of_oneself, "spare.user", "holds itself"},
        {a_spare_better_than_the_list, "spare.similarity", "is not in order"},
        {spares_rising, "spare.similarity", "is not in order"},
        {spares_of_another_row, "spare.ptr", "goes on after a short list"},
        {a_short_list_with_more, "spare.complete", "is 0 for a short list"},
        {a_similar_movie_twice, "content.movie", "holds a number twice"},
        {a_term_twice, "terms.term", "is not in order"},
        {another_movie_sum, "movie.sum", "differs from the ratings"},
        {another_user_sum, "user.sum", "differs from the ratings"},
        {another_user_square, "user.square", "differs from the ratings"},
        {other_movie_values, "ratings.movie_value", "other ratings than in the rows"},
        {another_rater, "ratings.movie_user", "other ratings than in the rows"},
        {a_title_not_utf8, "catalogue.title", "is not UTF-8"},
        {a_term_not_utf8, "terms.names", "is not UTF-8"},
        {an_ndcg_above_one, "fusion.head", "is not within 0 and 1"},
        {an_ndcg_not_a_number, "fusion.head", "is not within 0 and 1"},
        {a_rankers_ndcg_below_zero, "fusion.ranker", "is not within 0 and 1"},
        {a_relevance_above_one, "fusion.user_cf", "rank 0 is not falling"},
        {a_relevance_rising, "fusion.content", "rank 1 is not falling"},
        {a_relevance_below_zero, "fusion.popularity", "is not falling"},
    };
    unsigned char *copy = malloc(w->size);
    assert_non_null(copy);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char section[64];
        recsys_model *model = NULL;
        recsys_error err = RECSYS_ERROR_INIT;
        memcpy(copy, w->good, w->size);
        rows[i].change(w, copy);
        mend_checksums(copy, find_part(w, rows[i].part));
        mend_hash(copy, w->size);
        assert_ok(open_bytes(w, copy, w->size, &model, &err), &err);
        use(model);
        assert_ok(recsys_model_validate(model, RECSYS_VALIDATE_CHECKSUMS, &err), &err);
        assert_fails(recsys_model_validate(model, RECSYS_VALIDATE_FULL, &err), RECSYS_E_DAMAGED,
                     &err);
        snprintf(section, sizeof section, "section \"%s\"", rows[i].part);
        assert_contains(err.text, section);
        assert_contains(err.text, rows[i].message);
        recsys_model_destroy(model);
    }
    free(copy);
}

static void a_spare_row_too_long_is_refused(void **state)
{
    world *w = *state;
    recsys_model *model = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    unsigned char *copy = malloc(w->size);
    assert_non_null(copy);
    memcpy(copy, w->good, w->size);
    uint64_t *ptr = part_of(w, copy, "spare.ptr");
    assert_true(ptr[USERS] > SPARE);
    for (size_t u = 1; u < USERS; u++) ptr[u] = ptr[USERS];
    mend_checksums(copy, find_part(w, "spare.ptr"));
    assert_fails(open_bytes(w, copy, w->size, &model, &err), RECSYS_E_DAMAGED, &err);
    assert_contains(err.text, "\"spare.ptr\" has a row longer than the config allows");
    free(copy);
}

/* Another part of the same name. */
static void replace_part(rs_container *parts, const char *name, const void *data, size_t size)
{
    rs_part *part = (rs_part *)(uintptr_t)rs_container_find(parts, name);
    assert_non_null(part);
    part->data = data;
    part->size = size;
}

/* Queries have room for n_neighbors or as many as there are users: a longer row must not be
 * believed, whether the config allows it or not. */
static void a_row_longer_than_queries_have_room_for(void **state)
{
    enum { LONG = 500 };
    world *w = *state;
    static uint64_t ptr[USERS + 1];
    static uint32_t user[LONG], common[LONG];
    static float similarity[LONG];
    static const char config[] = "model:\n  collaborative_filtering:\n    n_neighbors: 10000\n";
    for (size_t i = 0; i < LONG; i++) {
        user[i] = 0;
        common[i] = 1;
        similarity[i] = 0.5F;
    }
    for (size_t u = 2; u <= USERS; u++) ptr[u] = LONG; /* all of it is user 1's */
    for (int allowed = 0; allowed < 2; allowed++) {
        char path[512];
        rs_container parts;
        recsys_model *model = NULL;
        recsys_error err = RECSYS_ERROR_INIT;
        assert_ok(rs_container_open(&parts, w->runtime, w->path, "model", &err), &err);
        replace_part(&parts, "user_cf.ptr", ptr, sizeof ptr);
        replace_part(&parts, "user_cf.user", user, sizeof user);
        replace_part(&parts, "user_cf.common", common, sizeof common);
        replace_part(&parts, "user_cf.similarity", similarity, sizeof similarity);
        if (allowed) replace_part(&parts, "config", config, sizeof config);
        rs_container_seal(&parts);
        assert_ok(rs_container_save(&parts, test_path(path, w->folder, "l.recsys"), &err),
                  &err);
        rs_container_close(&parts);
        if (!allowed) {
            assert_fails(recsys_model_open(&model, w->runtime, path, &err), RECSYS_E_DAMAGED,
                         &err);
            assert_contains(err.text, "user_cf.ptr");
            continue;
        }
        assert_ok(recsys_model_open(&model, w->runtime, path, &err), &err);
        use(model); /* user 1 among others: a sanitizer sees any step too far */
        assert_fails(recsys_model_validate(model, RECSYS_VALIDATE_FULL, &err), RECSYS_E_DAMAGED,
                     &err);
        recsys_model_destroy(model);
    }
}

static void an_unknown_section_is_passed_over_unless_required(void **state)
{
    world *w = *state;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_model *model = NULL;
    /* The model in memory with one more section, saved. */
    for (int required = 0; required < 2; required++) {
        char path[512];
        rs_container parts;
        assert_ok(rs_container_open(&parts, w->runtime, w->path, "model", &err), &err);
        parts.sealed = 0;
        assert_ok(rs_container_add(&parts, "from.the.future", required, "x", 1, NULL, &err),
                  &err);
        rs_container_seal(&parts);
        assert_ok(rs_container_save(&parts, test_path(path, w->folder, "f.recsys"), &err),
                  &err);
        rs_container_close(&parts);
        if (required) {
            assert_fails(recsys_model_open(&model, w->runtime, path, &err),
                         RECSYS_E_MODEL_VERSION, &err);
            assert_contains(err.text, "from.the.future");
        } else {
            assert_ok(recsys_model_open(&model, w->runtime, path, &err), &err);
            use(model);
            recsys_model_destroy(model);
            model = NULL;
        }
    }
}

static void what_is_not_a_model_says_so(void **state)
{
    world *w = *state;
    char path[512];
    recsys_model *model = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    test_text_file(path, w->folder, "ratings.csv", "userId,movieId,rating\n1,2,3\n");
    assert_fails(recsys_model_open(&model, NULL, path, &err), RECSYS_E_NOT_A_MODEL, &err);
    assert_contains(err.text, "ratings.csv");
    assert_fails(recsys_model_open(&model, NULL, w->folder, &err), RECSYS_E_IO, &err);
    assert_fails(recsys_model_open(&model, NULL, test_path(path, w->folder, "none"), &err),
                 RECSYS_E_IO, &err);
    test_text_file(path, w->folder, "empty", "");
    assert_fails(recsys_model_open(&model, NULL, path, &err), RECSYS_E_NOT_A_MODEL, &err);
}

static void a_failed_save_leaves_what_was_there(void **state)
{
    world *w = *state;
    char path[512];
    recsys_model *model = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_ok(recsys_model_open(&model, w->runtime, w->path, &err), &err);
    test_path(path, w->folder, "no/such/folder/m.recsys");
    assert_fails(recsys_model_save(model, path, &err), RECSYS_E_IO, &err);
    size_t files = test_count_files(w->folder);
    assert_fails(recsys_model_save(model, w->folder, &err), RECSYS_E_IO, &err);
    assert_int_equal(test_count_files(w->folder), files);
    recsys_model_destroy(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_good_file_is_good),
        cmocka_unit_test(each_header_field_has_its_error),
        cmocka_unit_test(cut_short_anywhere_is_refused),
        cmocka_unit_test(any_flipped_bit_is_found),
        cmocka_unit_test(random_contents_are_never_believed),
        cmocka_unit_test(known_lies_are_named),
        cmocka_unit_test(each_disagreement_is_found),
        cmocka_unit_test(a_spare_row_too_long_is_refused),
        cmocka_unit_test(a_row_longer_than_queries_have_room_for),
        cmocka_unit_test(an_unknown_section_is_passed_over_unless_required),
        cmocka_unit_test(what_is_not_a_model_says_so),
        cmocka_unit_test(a_failed_save_leaves_what_was_there),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}

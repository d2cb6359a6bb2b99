/* Readers of ratings: every format, every kind of bad row. Expected values are by hand. */
#include "ratings_testing.h"

#include <zlib.h>

static recsys_runtime *rt;

static void expect_read_once(const char *text, size_t size, const char *const *options,
                             const char *format, const triple *expected, size_t count)
{
    recsys_config *config = config_of(options);
    /* Each chunk size puts the borders of chunks elsewhere. */
    static const size_t chunks[] = {0, 1, 7, 16, 40};
    for (size_t i = 0; i < sizeof chunks / sizeof *chunks; i++) {
        recsys_error err = RECSYS_ERROR_INIT;
        recsys_read_summary summary = RECSYS_READ_SUMMARY_INIT;
        recsys_ratings *r = NULL;
        assert_ok(read_bytes(&r, rt, text, size, config, chunks[i], &summary, &err), &err);
        if (r == NULL) return;
        assert_string_equal(summary.format, format);
        assert_string_equal(summary.first_bad, "");
        expect_triples(r, expected, count);
        expect_columns(&r->matrix);
        rs_ratings_release(r);
    }
    rs_config_free(config);
}

/* Blank lines at the end change nothing, but rows far from it are read another way. */
static void expect_read(const char *text, size_t size, const char *const *options,
                        const char *format, const triple *expected, size_t count)
{
    enum { BLANK = 5000 };
    expect_read_once(text, size, options, format, expected, count);
    if ((unsigned char)text[0] == 0x1f) return;
    char *padded = malloc(size + BLANK);
    assert_non_null(padded);
    memcpy(padded, text, size);
    memset(padded + size, '\n', BLANK);
    expect_read_once(padded, size + BLANK, options, format, expected, count);
    free(padded);
}

#define READ(text, options, format, expected)                                                  \
    expect_read(text, strlen(text), options, format, expected,                                 \
                sizeof(expected) / sizeof *(expected))

static void expect_error(const char *text, const char *const *options, recsys_status status,
                         const char *const *parts)
{
    recsys_config *config = config_of(options);
    for (size_t chunk = 0; chunk < 60; chunk += 19) {
        recsys_error err = RECSYS_ERROR_INIT;
        recsys_ratings *r = NULL;
        assert_fails(read_bytes(&r, rt, text, strlen(text), config, chunk, NULL, &err), status,
                     &err);
        assert_null(r);
        for (; *parts != NULL; parts++) assert_contains(err.text, *parts);
    }
    rs_config_free(config);
}

#define ERROR(text, options, status, ...)                                                      \
    expect_error(text, options, status, (const char *const[]){__VA_ARGS__, NULL})
#define OPTIONS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* ---- formats --------------------------------------------------------------------- */

static const triple plain[] = {{"1", "31", 2.5f, 1260759144000},
                               {"1", "1029", 3, 1260759179000},
                               {"2", "10", 4, 835355493000}};

static void movielens_csv(void **state)
{
    (void)state;
    READ("userId,movieId,rating,timestamp\n1,31,2.5,1260759144\n1,1029,3.0,1260759179\n"
         "2,10,4.0,835355493\n",
         NULL, "csv", plain);
    READ("userId,movieId,rating,timestamp\r\n1,31,2.5,1260759144\r\n1,1029,3.0,1260759179\r\n"
         "2,10,4.0,835355493",
         NULL, "csv", plain);
    READ("\xef\xbb\xbfuserId,movieId,rating,timestamp\n1,31,2.5,1260759144\n\n1,1029,3,"
         "1260759179\n2,10,4.0,835355493\n\n",
         NULL, "csv", plain);
    READ(
        "\"userId\",\"movieId\",\"rating\",\"timestamp\"\n\"1\",\"31\",\"2.5\",\"1260759144\"\n"
        "1,\"1029\",3.0,\"1260759179\"\n\"2\",10,4.0,835355493\n",
        NULL, "csv", plain);
}

static void other_delimiters_and_orders(void **state)
{
    (void)state;
    READ("1\t31\t2.5\t1260759144\n1\t1029\t3\t1260759179\n2\t10\t4\t835355493\n", NULL,
         "u.data", plain);
    READ("1::31::2.5::1260759144\n1::1029::3::1260759179\n2::10::4::835355493\n", NULL,
         "::", plain);
    READ("when;timestamp;rating;title;item_id;user_id\n"
         "a;1260759144;2.5;x;31;1\nb;1260759179;3;;1029;1\n;835355493;4;y;10;2\n",
         NULL, ";", plain);
    READ("user_id:token\titem_id:token\trating:float\ttimestamp:float\n"
         "1\t31\t2.5\t1260759144\n1\t1029\t3\t1260759179\n2\t10\t4\t835355493.0\n",
         NULL, "tsv", plain);
    READ("a|b|c|d\n1|31|2.5|1260759144\n1|1029|3|1260759179\n2|10|4|835355493\n",
         OPTIONS("data.user_column", "a", "data.movie_column", "b", "data.rating_column", "c",
                 "data.timestamp_column", "d"),
         "|", plain);
    READ("1,31,2.5,1260759144\n1,1029,3,1260759179\n2,10,4,835355493\n",
         OPTIONS("data.format", "u.data", "data.delimiter", ","), "csv", plain);
    READ("user movie rating time\n1 31 2.5 1260759144\n1 1029 3 1260759179\n2 10 4 835355493\n",
         NULL, " ", plain);
    READ("user\\movie\\rating\\time\n1\\31\\2.5\\1260759144\n1\\1029\\3\\1260759179\n"
         "2\\10\\4\\835355493\n",
         OPTIONS("data.delimiter", "\\"), "\\", plain);
    READ("user\tmovie\trating\ttime\n1\t31\t2.5\t1260759144\n1\t1029\t3\t1260759179\n"
         "2\t10\t4\t835355493\n",
         OPTIONS("data.delimiter", "\\t"), "tsv", plain);
}

/* A column that is named for one thing is not taken for another by its name. */
static void columns_named_against_their_names(void **state)
{
    (void)state;
    const triple swapped[] = {{"1", "2", 3, 4000}};
    const char *const *options =
        OPTIONS("data.rating_column", "timestamp", "data.timestamp_column", "rating");
    READ("user,movie,rating,timestamp\n1,2,4,3\n", options, "csv", swapped);
    READ("{\"user\":1,\"movie\":2,\"rating\":4,\"timestamp\":3}\n", options, "jsonl", swapped);
    const triple no_time[] = {{"1", "2", 3, 0}};
    READ("user,movie,rating,timestamp\n1,2,4,3\n", OPTIONS("data.rating_column", "timestamp"),
         "csv", no_time);
    ERROR("user,movie,rating\n1,2,3\n",
          OPTIONS("data.user_column", "movie", "data.movie_column", "movie"), RECSYS_E_CONFIG,
          "named twice", "data.user_column");
}

static void json_lines(void **state)
{
    (void)state;
    READ("{\"user_id\": 1, \"movie_id\": 31, \"rating\": 2.5, \"timestamp\": 1260759144}\n"
         "\n"
         "{\"type\":\"rated\",\"x\":{\"user_id\":[9]},\"timestamp\":\"1260759179\","
         "\"movie_id\":\"1029\",\"rating\":3,\"user_id\":\"1\"}\r\n"
         "  {\"userId\":\"\\u0032\",\"item\":\"1\\u0030\",\"rating\":4e0,\"timestamp\":"
         "835355493000}",
         NULL, "jsonl", plain);
    READ("{\"u\": 1, \"movie_id\": 31, \"rating\": 2.5, \"timestamp\": 1260759144, "
         "\"user_id\": 7}\n"
         "{\"u\": 1, \"movie_id\": 1029, \"rating\": 3, \"timestamp\": 1260759179}\n"
         "{\"u\": 2, \"movie_id\": 10, \"rating\": 4, \"timestamp\": 835355493}\n",
         OPTIONS("data.user_column", "u"), "jsonl", plain);
}

static void ids_are_kept_as_written(void **state)
{
    (void)state;
    const triple zeros[] = {{"1", "0104257", 8, 1000}, {"1", "104257", 7, 1000}};
    READ("1::0104257::8::1\n1::104257::7::1\n", NULL, "::", zeros);
    const triple odd[] = {{"Zo\xc3\xab, \"the\" 2nd", " x", 1, 0}, {"-3", "1e3", 2, 0}};
    READ("user,movie,rating\n\"Zo\xc3\xab, \"\"the\"\" 2nd\", x,1\n-3,1e3,2\n", NULL, "csv",
         odd);
    const triple json[] = {{"-3", "9223372036854775808", 1, 0},
                           {"3", "tt\xf0\x9f\x8e\xac/1", 2, 0}};
    READ("{\"user\":-3,\"movie\":9223372036854775808,\"rating\":1}\n"
         "{\"user\":3,\"movie\":\"tt\\ud83c\\udfac\\/1\",\"rating\":2}\n",
         NULL, "jsonl", json);
}

static void events_have_the_value_of_the_config(void **state)
{
    (void)state;
    const triple ones[] = {{"a", "x", 1, 5000}, {"b", "x", 1, 6000}};
    READ("user,movie,ts\na,x,5\nb,x,6\n", NULL, "csv", ones);
    const triple halves[] = {{"1", "2", 0.5f, 0}, {"3", "4", 0.5f, 0}};
    READ("user,movie\n1,2\n3,4\n", OPTIONS("data.event_value", "0.5"), "csv", halves);
    READ("1\t2\n3\t4\n", OPTIONS("data.event_value", "0.5", "data.format", "u.data"), "u.data",
         halves);
    const triple mixed[] = {{"1", "2", 0.5f, 0}, {"3", "4", 4, 0}};
    READ("{\"user\":1,\"movie\":2}\n{\"user\":3,\"movie\":4,\"rating\":4}",
         OPTIONS("data.event_value", "0.5"), "jsonl", mixed);
}

static void times_in_any_form(void **state)
{
    (void)state;
    const triple times[] = {{"1", "1", 1, 1362054896000},
                            {"1", "2", 1, 1362054896789},
                            {"1", "3", 1, 1362009600000},
                            {"1", "4", 1, 1362051296000},
                            {"1", "5", 1, 1362054896000},
                            {"1", "6", 1, 1362054896123},
                            {"1", "7", 1, 0},
                            {"1", "8", 1, 99999999999000},
                            {"1", "9", 1, 100000000000},
                            {"1", "10", 1, 951782400000},
                            {"1", "11", 1, 1362054840000},
                            {"1", "12", 1, 1362074696000}};
    READ("user,movie,rating,date\n"
         "1,1,1,2013-02-28T12:34:56Z\n1,2,1,2013-02-28T12:34:56.789Z\n1,3,1,2013-02-28\n"
         "1,4,1,2013-02-28T12:34:56+01:00\n1,5,1,1362054896\n1,6,1,1362054896123\n"
         "1,7,1,\n1,8,1,99999999999\n1,9,1,100000000000\n1,10,1,2000-02-29\n"
         "1,11,1,2013-02-28 12:34\n1,12,1,2013-02-28T12:34:56-0530\n",
         NULL, "csv", times);
}

static void newest_wins_and_null_withdraws(void **state)
{
    (void)state;
    const triple kept[] = {{"1", "1", 4, 9000}, {"1", "2", 3, 5000}, {"2", "1", 2, 7000}};
    const char *text = "user,movie,rating,time\n"
                       "1,1,4,9\n" /* newer though it comes first */
                       "1,1,5,8\n" /* replaced */
                       "1,2,2,5\n" /* replaced: equal time, earlier row */
                       "1,2,3,5\n" /* kept */
                       "1,3,1,5\n" /* withdrawn */
                       "1,3,,6\n"  /* by this */
                       "2,1,,6\n"  /* withdraws nothing newer */
                       "2,1,2,7\n" /* kept */
                       "3,3,5,1\n" /* withdrawn: user 3 and movie 3 disappear */
                       "3,3,null,1\n";
    READ(text, NULL, "csv", kept);
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_read_summary summary = RECSYS_READ_SUMMARY_INIT;
    recsys_ratings *r = NULL;
    assert_ok(read_bytes(&r, rt, text, strlen(text), NULL, 0, &summary, &err), &err);
    if (r == NULL) return;
    assert_int_equal(r->matrix.users, 2);
    assert_int_equal(r->matrix.movies, 2);
    assert_int_equal(summary.rows, 10);
    assert_int_equal(summary.replaced, 2);
    assert_int_equal(summary.withdrawn, 2);
    rs_ratings_release(r);
}

static void zero_is_a_rating(void **state)
{
    (void)state;
    const triple zeros[] = {{"1", "1", 0, 1000}, {"1", "2", 10, 1000}, {"2", "1", 0, 0}};
    READ("1::1::0::1\n1::2::10::1\n2::1::-0::0\n", NULL, "::", zeros);
}

/* ---- gzip ------------------------------------------------------------------------ */

static size_t gzip(const char *text, unsigned char *to, size_t room)
{
    z_stream stream;
    memset(&stream, 0, sizeof stream);
    assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, 0), Z_OK);
    stream.next_in = (unsigned char *)(uintptr_t)text;
    stream.avail_in = (unsigned)strlen(text);
    stream.next_out = to;
    stream.avail_out = (unsigned)room;
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    deflateEnd(&stream);
    return room - stream.avail_out;
}

static void compressed(void **state)
{
    (void)state;
    unsigned char packed[512];
    size_t size = gzip("1\t31\t2.5\t1260759144\n1\t1029\t3\t1260759179\n2\t10\t4\t835355493\n",
                       packed, sizeof packed);
    expect_read((const char *)packed, size, NULL, "u.data", plain, 3);
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *r = NULL;
    assert_fails(read_bytes(&r, rt, (const char *)packed, size - 9, NULL, 0, NULL, &err),
                 RECSYS_E_DAMAGED, &err);
}

/* ---- quoted line ends ------------------------------------------------------------ */

static void quoted_line_ends(void **state)
{
    (void)state;
    READ("review,userId,movieId,rating,timestamp\n"
         "\"two\nlines, and \"\"quotes\"\"\n\",1,31,2.5,1260759144\n"
         "\"1,2,3,4,5\n1,2,3,4,5\",1,1029,3.0,1260759179\n"
         "plain,2,10,4.0,835355493\n",
         NULL, "csv", plain);
    /* The row after two line ends inside quotes is named by its line in the file. */
    ERROR("review,user,movie,rating\n\"a\nb\",1,1,1\nc,1,1,x\n", NULL, RECSYS_E_PARSE,
          "test.csv:4:", "\"rating\"", "\"x\"");
}

/* ---- bad rows -------------------------------------------------------------------- */

static void bad_values_are_named(void **state)
{
    (void)state;
    ERROR("user,movie,rating,time\n1,2,3,4\n1,2,abc,4\n", NULL, RECSYS_E_PARSE,
          "test.csv:3:", "column \"rating\"", "\"abc\"");
    ERROR("userId,movie,rating,time\n1,2,3,4\n,2,3,4\n", NULL, RECSYS_E_PARSE,
          "test.csv:3:", "column \"userId\"", "not empty");
    ERROR("user,movie,rating,time\n1,2,3,4\n1,\xff,3,4\n", NULL, RECSYS_E_PARSE,
          "test.csv:3:", "column \"movie\"", "UTF-8");
    ERROR("user,movie,rating,time\n1,2,3,yesterday\n", NULL, RECSYS_E_PARSE,
          "test.csv:2:", "column \"time\"", "\"yesterday\"", "ISO 8601");
    ERROR("user,movie,rating,time\n1,2,3,2013-02-29\n", NULL, RECSYS_E_PARSE, "2013-02-29");
    ERROR("user,movie,rating,time\n1,2,3,-5\n", NULL, RECSYS_E_PARSE, "\"-5\"");
    ERROR("user,movie,rating,time\n1,2,nan,5\n", NULL, RECSYS_E_PARSE, "\"nan\"");
    ERROR("user,movie,rating,time\n1,2,1e39,5\n", NULL, RECSYS_E_PARSE, "\"1e39\"");
    ERROR("user,movie,rating,time\n\n1,2,3\n", NULL, RECSYS_E_PARSE,
          "test.csv:3:", "has 3 columns, expected 4");
    ERROR("user,movie,rating,time\n1,2,3,4,5\n", NULL, RECSYS_E_PARSE, "has 5 columns");
    ERROR("user,movie,rating\n\"1\"x,2,3\n", NULL, RECSYS_E_PARSE, "test.csv:2:", "quote");
    ERROR("user,movie,rating\n1,\"2,3\n1,2,3\n", NULL, RECSYS_E_PARSE, "test.csv:2:", "quote");
    /* rating and timestamp swapped */
    ERROR("1\t2\t881250949\t3\n", NULL, RECSYS_E_PARSE, "\"881250949\"", "within -1e6 and 1e6");
}

static void bad_events_are_named(void **state)
{
    (void)state;
    ERROR("{\"user_id\":1,\"movie_id\":2,\"rating\":3}\n{\"user_id\":1,\"rating\":3}\n", NULL,
          RECSYS_E_PARSE, "test.csv:2:", "\"movie_id\" is missing");
    ERROR("{\"user_id\":1,\"movie_id\":2,\"rating\":3,\"rating\":4}\n", NULL, RECSYS_E_PARSE,
          "\"rating\" is there twice");
    ERROR("{\"user_id\":null,\"movie_id\":2,\"rating\":3}\n", NULL, RECSYS_E_PARSE,
          "\"user_id\" is null");
    ERROR("{\"user_id\":1.5,\"movie_id\":2,\"rating\":3}\n", NULL, RECSYS_E_PARSE, "\"1.5\"");
    ERROR("{\"user_id\":[1],\"movie_id\":2,\"rating\":3}\n", NULL, RECSYS_E_PARSE, "\"[1]\"");
    ERROR("{\"user_id\":\"a\\u0000b\",\"movie_id\":2}\n", NULL, RECSYS_E_PARSE, "zero bytes");
    ERROR("{\"user_id\":1,\"movie_id\":2,\"rating\":\"3\"}\n", NULL, RECSYS_E_PARSE, "\"3\"");
    ERROR("{\"user_id\":1,\"movie_id\":2,\"rating\":true}\n", NULL, RECSYS_E_PARSE, "\"true\"");
    ERROR("{\"user_id\":1,\"movie_id\":2}}\n", NULL, RECSYS_E_PARSE, "JSON: ");
    ERROR("{\"user_id\":1,\"movie_id\":2}\n[1]\n", NULL, RECSYS_E_PARSE,
          "test.csv:2:", "object");
    ERROR("{\"user_id\":1,\n\"movie_id\":2}\n", NULL, RECSYS_E_PARSE, "test.csv:1:", "JSON: ");
}

static void headers_that_name_no_column(void **state)
{
    (void)state;
    ERROR("a,b,c\n1,2,3\n", NULL, RECSYS_E_PARSE, "test.csv:1:", "user", "\"a\", \"b\", \"c\"");
    ERROR("1,31,2.5,1260759144\n", NULL, RECSYS_E_PARSE, "no user column", "data.format");
    ERROR("user,b,c\n1,2,3\n", NULL, RECSYS_E_PARSE, "no movie column", "\"b\"");
    ERROR("user,movie,rating\n1,2,3\n", OPTIONS("data.rating_column", "stars"), RECSYS_E_PARSE,
          "\"stars\"", "data.rating_column", "\"rating\"");
    ERROR("user,movie,rating\n1,2,3\n", OPTIONS("data.delimiter", ";"), RECSYS_E_PARSE,
          "separated by \";\"");
    ERROR("user,movie,movie\n1,2,3\n", NULL, RECSYS_E_PARSE, "two columns");
    ERROR("user_id,userId,movie\n1,2,3\n", NULL, RECSYS_E_PARSE, "two columns");
    ERROR("x\n", NULL, RECSYS_E_PARSE, "test.csv:1:");
    ERROR("user,movie\n1,2\n", OPTIONS("data.delimiter", "ab"), RECSYS_E_CONFIG, "\"ab\"");
}

static void not_ratings_at_all(void **state)
{
    (void)state;
    ERROR("", NULL, RECSYS_E_EMPTY, "test.csv");
    ERROR("\n\n", NULL, RECSYS_E_EMPTY, "test.csv");
    ERROR("user,movie,rating\n", NULL, RECSYS_E_EMPTY, "no rating");
    ERROR("user,movie,rating\n1,1,\n", NULL, RECSYS_E_EMPTY, "no rating");
    ERROR("[{\"user\":1}]\n", NULL, RECSYS_E_PARSE, "one object on each line");
    ERROR("PK\003\004....", NULL, RECSYS_E_PARSE, "zip");
    ERROR("PAR1....", NULL, RECSYS_E_PARSE, "Parquet");
    ERROR("\xff\xfeu", NULL, RECSYS_E_PARSE, "UTF-16");
}

/* ---- bad rows that are skipped --------------------------------------------------- */

static void skipped_rows_are_counted(void **state)
{
    (void)state;
    const char *text = "user,movie,rating,time\n1,1,1,1\nx,y,z,1\n1,2\n\n2,2,2,2\n,1,1,1\n";
    recsys_config *config = config_of(OPTIONS("data.on_bad_row", "skip"));
    const triple kept[] = {{"1", "1", 1, 1000}, {"2", "2", 2, 2000}};
    for (size_t chunk = 0; chunk < 60; chunk++) {
        recsys_error err = RECSYS_ERROR_INIT;
        recsys_read_summary summary = RECSYS_READ_SUMMARY_INIT;
        recsys_ratings *r = NULL;
        assert_ok(read_bytes(&r, rt, text, strlen(text), config, chunk, &summary, &err), &err);
        if (r == NULL) return;
        expect_triples(r, kept, 2);
        assert_int_equal(r->movies.count, 2); /* bad rows leave no ids */
        assert_int_equal(r->users.count, 2);
        assert_int_equal(summary.rows, 5);
        assert_int_equal(summary.bad_rows, 3);
        assert_contains(summary.first_bad, "test.csv:3: column \"rating\": \"z\"");
        rs_ratings_release(r);
    }
    rs_config_free(config);
}

static void too_many_bad_rows_are_one_error(void **state)
{
    (void)state;
    ERROR("user,movie,rating\n1,1,1\n1,2,x\n1,3,y\n1,4,z\n",
          OPTIONS("data.on_bad_row", "skip", "data.max_bad_rows", "2"), RECSYS_E_PARSE,
          "more than 2 bad rows", "test.csv:3:");
    ERROR("user,movie,rating\n1,1,x\n", OPTIONS("data.on_bad_row", "skip"), RECSYS_E_PARSE,
          "not one", "test.csv:2:");
    /* A comma where the header has a semicolon: not a million of errors. */
    char text[8000] = "user;movie;rating\n";
    for (int i = 0; i < 500; i++) strcat(text, "1,2,3\n");
    ERROR(text, OPTIONS("data.on_bad_row", "skip"), RECSYS_E_PARSE, "not one of the first",
          "rows can be read as ;", "test.csv:2:", "1 column,");
}

/* ---- files ----------------------------------------------------------------------- */

static int count_calls(void *user_data, const char *stage, uint64_t done, uint64_t total)
{
    uint64_t *most = user_data;
    if (strcmp(stage, "read") == 0) {
        assert_int_equal(total, 47);
        assert_true(done <= total);
        *most = done;
    }
    return 0;
}

static int stop(void *user_data, const char *stage, uint64_t done, uint64_t total)
{
    (void)user_data;
    (void)stage;
    (void)done;
    (void)total;
    return 1;
}

static int stop_in_the_end(void *user_data, const char *stage, uint64_t done, uint64_t total)
{
    (void)user_data;
    return strcmp(stage, "build") == 0 && done == total;
}

static void files_and_progress(void **state)
{
    (void)state;
    char folder[256], path[512];
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *r = NULL;
    uint64_t most = 0;
    const recsys_progress progress = {count_calls, &most}, cancel = {stop, NULL},
                          late = {stop_in_the_end, NULL};
    const triple kept[] = {{"1", "31", 2.5f, 1260759144000}};
    test_text_file(path, test_folder(folder), "r.csv",
                   "user,movie,rating,timestamp\n1,31,2.5,1260759144");
    assert_ok(rs_ratings_read(&r, NULL, path, NULL, NULL, &progress, &err), &err);
    expect_triples(r, kept, 1);
    assert_int_equal(most, 47);
    rs_ratings_release(r);
    assert_fails(rs_ratings_read(&r, NULL, path, NULL, NULL, &cancel, &err), RECSYS_CANCELLED,
                 &err);
    r = NULL;
    assert_fails(rs_ratings_read(&r, NULL, path, NULL, NULL, &late, &err), RECSYS_CANCELLED,
                 &err);
    assert_null(r);
    assert_fails(rs_ratings_read(&r, NULL, folder, NULL, NULL, NULL, &err), RECSYS_E_IO, &err);
    test_path(path, folder, "none.csv");
    assert_fails(rs_ratings_read(&r, NULL, path, NULL, NULL, NULL, &err), RECSYS_E_IO, &err);
    assert_contains(err.text, "none.csv");
    test_remove_folder(folder);
}

static recsys_status read_work(recsys_runtime *runtime, void *data, recsys_error *err)
{
    recsys_ratings *r = NULL;
    const char *text = data;
    recsys_status status = read_bytes(&r, runtime, text, strlen(text), NULL, 64, NULL, err);
    rs_ratings_release(r);
    return status;
}

static void failing_allocations(void **state)
{
    (void)state;
    char csv[] = "user,movie,rating,time\n1,31,2.5,1260759144\n1,x,3.0,1260759179456\n"
                 "2,10,4.0,835355493\n9,9,9,9\n1,31,,1360759144\n2,10,4.0,835355493\n"
                 "\"2\n\",7,4.0,835355493\n";
    char json[] = "{\"user\":\"\\u0031\",\"movie\":2}\n{\"user\":3,\"movie\":4,\"rating\":4}";
    char many[2000] = "";
    for (int i = 0; i < 60; i++) {
        char row[32];
        snprintf(row, sizeof row, "%d\t%d\t%d\t%d\n", i % 7, 100 - i, i * 3, i);
        strcat(many, row);
    }
    for (size_t threads = 1; threads < 3; threads++) {
        test_each_allocation(read_work, csv, threads, 1);
        test_each_allocation(read_work, json, threads, 1);
        test_each_allocation(read_work, many, threads, 1);
    }
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
        cmocka_unit_test(movielens_csv),
        cmocka_unit_test(other_delimiters_and_orders),
        cmocka_unit_test(columns_named_against_their_names),
        cmocka_unit_test(json_lines),
        cmocka_unit_test(ids_are_kept_as_written),
        cmocka_unit_test(events_have_the_value_of_the_config),
        cmocka_unit_test(times_in_any_form),
        cmocka_unit_test(newest_wins_and_null_withdraws),
        cmocka_unit_test(zero_is_a_rating),
        cmocka_unit_test(compressed),
        cmocka_unit_test(quoted_line_ends),
        cmocka_unit_test(bad_values_are_named),
        cmocka_unit_test(bad_events_are_named),
        cmocka_unit_test(headers_that_name_no_column),
        cmocka_unit_test(not_ratings_at_all),
        cmocka_unit_test(skipped_rows_are_counted),
        cmocka_unit_test(too_many_bad_rows_are_one_error),
        cmocka_unit_test(files_and_progress),
        cmocka_unit_test(failing_allocations),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}

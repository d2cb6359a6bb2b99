/* Any bytes as ratings, the first one choosing options: either refused with a message, or
 * read into a matrix that passes every check. Chunks and threads must not show: two ways of
 * cutting the input give the same error or the same content. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "data/read.h"

static void demand(int holds)
{
    if (!holds) abort();
}

static recsys_status read_with(const uint8_t *data, size_t size, size_t threads, size_t chunk,
                               int padded, recsys_ratings **out, recsys_read_summary *summary,
                               recsys_error *err)
{
    recsys_runtime *runtime = NULL;
    rs_read_options options;
    demand(rs_runtime_make(&runtime, NULL, NULL) == RECSYS_OK);
    runtime->threads = threads;
    rs_read_options_from(&options, NULL);
    options.skip_bad = data[0] & 1;
    options.format = (rs_format_name)((data[0] >> 1 & 7) % 5);
    options.max_bad = data[0] & 64 ? 1000 : 2;
    options.chunk = chunk;
    /* Blank lines at the end change nothing, but rows far from it are read another way. */
    int text = data[1] != 0x1f && (size < 7 || memcmp(data + 1, "recsys", 6) != 0);
    size_t blank = padded && text ? 5000 : 0;
    rs_bytes bytes = {.runtime = runtime, .size = size - 1 + blank};
    char *copy = rs_array(runtime, bytes.size, 1);
    demand(copy != NULL);
    memcpy(copy, data + 1, size - 1);
    memset(copy + size - 1, '\n', blank);
    bytes.heap = copy;
    bytes.data = bytes.heap;
    recsys_status status =
        rs_ratings_read_bytes(out, runtime, &bytes, "fuzz", &options, summary, NULL, err);
    rs_runtime_release(runtime);
    return status;
}

static void check(const recsys_ratings *ratings)
{
    rs_matrix matrix;
    rs_ids ids;
    const rs_part *users = rs_container_find(&ratings->parts, "users");
    const rs_part *movies = rs_container_find(&ratings->parts, "movies");
    demand(rs_matrix_bind(&matrix, &ratings->parts, NULL) == RECSYS_OK);
    demand(rs_ids_bind(&ids, users->data, users->size, "users", NULL) == RECSYS_OK);
    demand(rs_ids_bind(&ids, movies->data, movies->size, "movies", NULL) == RECSYS_OK);
    demand(matrix.count > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    recsys_error err = RECSYS_ERROR_INIT, other = RECSYS_ERROR_INIT;
    recsys_read_summary summary = RECSYS_READ_SUMMARY_INIT, again = summary;
    recsys_ratings *one = NULL, *two = NULL;
    if (size < 2) return 0;
    size_t chunk = 1 + size / 5;
    /* How many bad rows are too many at the beginning is told by the first chunk. */
    recsys_status status =
        read_with(data, size, 1, data[0] & 1 ? chunk : 0, 0, &one, &summary, &err);
    demand(read_with(data, size, 3, chunk, data[0] & 32, &two, &again, &other) == status);
    if (status == RECSYS_OK) {
        check(one);
        demand(strcmp(rs_ratings_hash(one), rs_ratings_hash(two)) == 0);
        demand(memcmp(&summary, &again, sizeof summary) == 0);
    } else {
        demand(err.text[0] != '\0' && one == NULL && two == NULL);
        demand(strcmp(err.text, other.text) == 0);
    }
    rs_ratings_release(one);
    rs_ratings_release(two);
    return 0;
}

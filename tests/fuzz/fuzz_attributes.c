/* Any bytes as attributes of users, the first one choosing how many users are asked about:
 * refused with a message, or each of them has one value, none, or "other". */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/text.h"
#include "data/attributes.h"

static void demand(int holds)
{
    if (!holds) abort();
}

/* The bytes as a file without touching a disk. */
static int make_file(char path[64], const uint8_t *data, size_t size)
{
    int fd = memfd_create("fuzz", 0);
    demand(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    snprintf(path, 64, "/proc/self/fd/%d", fd);
    return fd;
}

static void check_column(const rs_attribute *column, size_t users)
{
    char digits[24];
    demand(rs_utf8_valid(column->name, strlen(column->name)));
    for (size_t u = 0; u < users; u++)
        demand(column->of[u] == RS_NO_VALUE ||
               (column->of[u] < RS_MOST_VALUES && column->of[u] < column->values.count));
    for (uint32_t v = 0; v < column->values.count; v++) {
        rs_id_text text = rs_id_table_at(&column->values, v, digits);
        demand(rs_id_problem(text.data, text.size) == NULL);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const asked[] = {"1", "2", "u", "v", "\xc3\xa4"};
    char path[64];
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_runtime *runtime = NULL;
    rs_id_table users;
    rs_attributes attributes;
    if (size < 1) return 0;
    demand(rs_runtime_make(&runtime, NULL, NULL) == RECSYS_OK);
    rs_id_table_begin(&users, runtime);
    size_t count = data[0] % (1 + sizeof asked / sizeof *asked);
    for (size_t u = 0; u < count; u++)
        demand(rs_id_table_text(&users, asked[u], strlen(asked[u])) == u);
    int fd = make_file(path, data + 1, size - 1);
    if (rs_attributes_read(&attributes, &users, path, &err) != RECSYS_OK) {
        demand(err.text[0] != '\0');
    } else {
        demand(attributes.users == count && attributes.columns > 0);
        for (size_t i = 0; i < attributes.columns; i++)
            check_column(&attributes.column[i], count);
    }
    close(fd);
    rs_attributes_free(&attributes);
    rs_id_table_free(&users);
    rs_runtime_release(runtime);
    return 0;
}

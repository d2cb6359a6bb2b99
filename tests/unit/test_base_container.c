/* lib/base/container.c: written and read back; every kind of damage is an error. */
#include "testing.h"

#include "base/container.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"

enum { HEADER = 64, TABLE = 80, ROW = 48 };

static char folder[256], path[512];
static recsys_runtime *heap_runtime;
static unsigned char *image; /* a whole, good file */
static size_t image_size;

static recsys_status make(rs_container *c, recsys_runtime *runtime, recsys_error *err)
{
    static const uint32_t numbers[] = {1, 2, 3, 4, 5};
    recsys_status status;
    rs_container_begin(c, runtime, "model");
    char *owned = rs_strdup(runtime, "text that the container frees");
    if (owned == NULL) return rs_fail_memory(err, "make");
    RS_TRY(rs_container_add(c, "text", 0, owned, strlen(owned), owned, err));
    RS_TRY(rs_container_add(c, "numbers", 1, numbers, sizeof numbers, NULL, err));
    RS_TRY(rs_container_add(c, "nothing", 1, "", 0, NULL, err));
    RS_TRY(rs_container_add(c, "a.name.of.23.characters", 1, image, 100, NULL, err));
    rs_container_seal(c);
    return RECSYS_OK;
out:
    rs_container_close(c);
    return status;
}

static int set_up(void **state)
{
    (void)state;
    rs_container c;
    recsys_error err = RECSYS_ERROR_INIT;
    test_folder(folder);
    test_path(path, folder, "file");
    image = calloc(1, 100);
    if (rs_runtime_make(&heap_runtime, NULL, NULL) != RECSYS_OK || image == NULL) return 1;
    assert_ok(make(&c, heap_runtime, &err), &err);
    assert_ok(rs_container_save(&c, path, &err), &err);
    rs_container_close(&c);
    free(image);
    image = test_read_file(path, &image_size);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(image);
    rs_runtime_release(heap_runtime);
    test_remove_folder(folder);
    return 0;
}

/* Bind an exact heap copy of data[size], so that a sanitizer sees a read past its end. */
static recsys_status bind(rs_container *c, const void *data, size_t size, recsys_error *err)
{
    rs_bytes bytes = {.runtime = heap_runtime, .size = size};
    bytes.heap = rs_array_copy(heap_runtime, data, size, 1);
    bytes.data = bytes.heap;
    assert_non_null(bytes.heap);
    return rs_container_bind(c, &bytes, "file", "model", err);
}

static void what_was_written_is_read(void **state)
{
    (void)state;
    rs_container c;
    recsys_error err = RECSYS_ERROR_INIT;
    const void *data;
    assert_ok(rs_container_open(&c, heap_runtime, path, "model", &err), &err);
    assert_int_equal(c.count, 4);
    assert_ok(rs_container_array(&c, "numbers", 5, 4, &data, &err), &err);
    assert_int_equal((uintptr_t)data % 64, 0);
    assert_int_equal(((const uint32_t *)data)[4], 5);
    assert_ok(rs_container_array(&c, "nothing", 0, 8, &data, &err), &err);
    const rs_part *part = rs_container_find(&c, "text");
    assert_int_equal(part->required, 0);
    assert_memory_equal(part->data, "text that the container frees", part->size);
    assert_non_null(rs_container_find(&c, "a.name.of.23.characters"));
    assert_null(rs_container_find(&c, "a.name.of.23.character"));
    assert_fails(rs_container_array(&c, "numbers", 4, 4, &data, &err), RECSYS_E_DAMAGED, &err);
    assert_fails(rs_container_array(&c, "numbers", SIZE_MAX / 2, 4, &data, &err),
                 RECSYS_E_DAMAGED, &err);
    assert_fails(rs_container_array(&c, "none", 1, 4, &data, &err), RECSYS_E_DAMAGED, &err);
    assert_ok(rs_container_verify(&c, 1, &err), &err);
    rs_container_close(&c);
}

static void the_file_is_as_documented(void **state)
{
    (void)state;
    rs_sha256 sha;
    unsigned char digest[32];
    uint64_t size;
    assert_memory_equal(image, "recsys\r\n", 8);
    assert_memory_equal(image + 8, "model\0\0\0", 8);
    assert_memory_equal(image + 16, "\4\3\2\1\1\0\0\0", 8);
    memcpy(&size, image + 24, 8);
    assert_int_equal(size, image_size);
    rs_sha256_begin(&sha);
    rs_sha256_add(&sha, image + HEADER, image_size - HEADER);
    rs_sha256_end(&sha, digest);
    assert_memory_equal(image + 32, digest, 32);
    assert_string_equal((const char *)image + TABLE, "text");
}

static void the_same_parts_give_the_same_bytes(void **state)
{
    (void)state;
    rs_container c;
    char other[512];
    recsys_error err = RECSYS_ERROR_INIT;
    unsigned char zeros[100] = {0}, *kept = image;
    image = zeros; /* what make() put into the first file */
    assert_ok(make(&c, heap_runtime, &err), &err);
    image = kept;
    assert_memory_equal(c.hash, image + 32, 32);
    assert_ok(rs_container_verify(&c, 1, &err), &err);
    assert_ok(rs_container_save(&c, test_path(other, folder, "other"), &err), &err);
    rs_container_close(&c);
    test_same_file(path, other);
}

static void a_cut_file_is_refused(void **state)
{
    (void)state;
    rs_container c;
    recsys_error err = RECSYS_ERROR_INIT;
    for (size_t size = 0; size < image_size; size++) {
        recsys_status status = bind(&c, image, size, &err);
        recsys_status wanted = size < 24 ? RECSYS_E_NOT_A_MODEL : RECSYS_E_DAMAGED;
        if (status != wanted) fail_msg("%zu bytes: status %d", size, (int)status);
        assert_null(c.parts);
    }
}

static void a_longer_file_is_refused(void **state)
{
    (void)state;
    rs_container c;
    recsys_error err = RECSYS_ERROR_INIT;
    unsigned char *longer = calloc(1, image_size + 64);
    assert_non_null(longer);
    memcpy(longer, image, image_size);
    assert_fails(bind(&c, longer, image_size + 1, &err), RECSYS_E_DAMAGED, &err);
    uint64_t size = image_size + 64;
    memcpy(longer + 24, &size, 8);
    assert_fails(bind(&c, longer, image_size + 64, &err), RECSYS_E_DAMAGED, &err);
    free(longer);
}

/* A changed bit anywhere is found, by binding or by the checksums. */
static void each_changed_bit_is_found(void **state)
{
    (void)state;
    recsys_error err = RECSYS_ERROR_INIT;
    for (size_t bit = 0; bit < 8 * image_size; bit++) {
        rs_container c;
        image[bit / 8] ^= (unsigned char)(1u << bit % 8);
        recsys_status status = bind(&c, image, image_size, &err);
        if (status == RECSYS_OK) {
            status = rs_container_verify(&c, 1, &err);
            rs_container_close(&c);
        }
        image[bit / 8] ^= (unsigned char)(1u << bit % 8);
        if (status == RECSYS_OK) fail_msg("bit %zu of byte %zu", bit % 8, bit / 8);
    }
}

static void the_first_bytes_say_which_error(void **state)
{
    (void)state;
    rs_container c;
    recsys_error err = RECSYS_ERROR_INIT;
    static const struct {
        size_t at;
        unsigned char byte;
        recsys_status status;
    } rows[] = {{0, 'R', RECSYS_E_NOT_A_MODEL},    {7, '\r', RECSYS_E_NOT_A_MODEL},
                {8, 'r', RECSYS_E_NOT_A_MODEL},    {13, 's', RECSYS_E_NOT_A_MODEL},
                {16, 1, RECSYS_E_MODEL_VERSION},   {20, 2, RECSYS_E_MODEL_VERSION},
                {23, 1, RECSYS_E_MODEL_VERSION},   {20, 0, RECSYS_E_MODEL_VERSION},
                {24, 0xff, RECSYS_E_DAMAGED},      {31, 0xff, RECSYS_E_DAMAGED},
                {HEADER, 9, RECSYS_E_DAMAGED},     {HEADER + 7, 1, RECSYS_E_DAMAGED},
                {HEADER + 8, 0, RECSYS_E_DAMAGED}, {HEADER + 12, 1, RECSYS_E_DAMAGED}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        unsigned char kept = image[rows[i].at];
        image[rows[i].at] = (unsigned char)(rows[i].byte == kept ? kept ^ 1 : rows[i].byte);
        recsys_status status = bind(&c, image, image_size, &err);
        image[rows[i].at] = kept;
        if (status != rows[i].status)
            fail_msg("byte %zu: status %d, \"%s\"", rows[i].at, (int)status, err.text);
    }
    assert_fails(rs_container_open(&c, heap_runtime, path, "ratings", &err),
                 RECSYS_E_NOT_A_MODEL, &err);
}

static uint32_t table_crc(const unsigned char *data, size_t size)
{
    uint32_t sum = 0xffffffff; /* bit by bit, from the definition of CRC-32 */
    for (size_t i = 0; i < size; i++) {
        sum ^= data[i];
        for (int k = 0; k < 8; k++) sum = sum & 1 ? sum >> 1 ^ 0xedb88320 : sum >> 1;
    }
    return ~sum;
}

/* Rows that lie although the table's checksum is right: an attacker computes that too. */
static void a_lying_table_is_refused(void **state)
{
    (void)state;
    recsys_error err = RECSYS_ERROR_INIT;
    static const uint64_t values[] = {
        0, 1, 63, 64, 4096, UINT64_C(1) << 32, UINT64_C(1) << 63, UINT64_MAX - 63, UINT64_MAX};
    size_t refused = 0;
    for (size_t row = 0; row < 4; row++)
        for (size_t field = 24; field <= 32; field += 8)
            for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
                rs_container c;
                unsigned char *bad = malloc(image_size);
                assert_non_null(bad);
                memcpy(bad, image, image_size);
                memcpy(bad + TABLE + row * ROW + field, &values[v], 8);
                uint32_t sum = table_crc(bad + TABLE, 4 * ROW);
                memcpy(bad + HEADER + 8, &sum, 4);
                if (bind(&c, bad, image_size, &err) == RECSYS_OK) {
                    /* Sizes that fill the same 64 bytes leave a file that can be read; the
                     * checksum of the section tells. */
                    for (size_t i = 0; i < c.count; i++) {
                        const unsigned char *from = c.parts[i].data;
                        assert_true(from >= c.file.data);
                        assert_true(c.parts[i].size <=
                                    c.file.size - (size_t)(from - c.file.data));
                    }
                    rs_container_close(&c);
                } else {
                    refused++;
                }
                free(bad);
            }
    assert_in_range(refused, 50, 71);
}

static void names_and_flags_are_checked(void **state)
{
    (void)state;
    recsys_error err = RECSYS_ERROR_INIT;
    for (int kind = 0; kind < 4; kind++) {
        rs_container c;
        unsigned char *bad = malloc(image_size);
        assert_non_null(bad);
        memcpy(bad, image, image_size);
        unsigned char *second = bad + TABLE + ROW;
        if (kind == 0) memset(second, 0, RS_PART_NAME);
        if (kind == 1) memset(second, 'x', RS_PART_NAME);
        if (kind == 2) memcpy(second, bad + TABLE, RS_PART_NAME); /* the name is there twice */
        if (kind == 3) second[44] |= 2;
        uint32_t sum = table_crc(bad + TABLE, 4 * ROW);
        memcpy(bad + HEADER + 8, &sum, 4);
        assert_fails(bind(&c, bad, image_size, &err),
                     kind == 3 ? RECSYS_E_MODEL_VERSION : RECSYS_E_DAMAGED, &err);
        free(bad);
    }
}

static void what_cannot_be_added_is_refused(void **state)
{
    (void)state;
    rs_container c;
    recsys_error err = RECSYS_ERROR_INIT;
    test_heap heap = {0};
    recsys_runtime *runtime = test_runtime(&heap, 1);
    rs_container_begin(&c, runtime, "model");
    assert_ok(rs_container_add(&c, "one", 1, "x", 1, NULL, &err), &err);
    assert_fails(rs_container_add(&c, "one", 1, "x", 1, rs_strdup(runtime, "x"), &err),
                 RECSYS_E_INTERNAL, &err);
    assert_fails(rs_container_add(&c, "a.name.of.24.characters.", 1, "x", 1, NULL, &err),
                 RECSYS_E_INTERNAL, &err);
    rs_container_seal(&c);
    assert_fails(rs_container_add(&c, "two", 1, "x", 1, NULL, &err), RECSYS_E_INTERNAL, &err);
    rs_container_close(&c);
    rs_container_close(&c);
    rs_runtime_release(runtime);
    assert_int_equal(atomic_load(&heap.live), 0);
}

static recsys_status make_save_open(recsys_runtime *runtime, void *data, recsys_error *err)
{
    rs_container c;
    recsys_status status = make(&c, runtime, err);
    if (status != RECSYS_OK) return status;
    status = rs_container_save(&c, data, err);
    rs_container_close(&c);
    if (status != RECSYS_OK) return status;
    status = rs_container_open(&c, runtime, data, "model", err);
    if (status == RECSYS_OK) rs_container_close(&c);
    return status;
}

static void no_memory_is_reported(void **state)
{
    (void)state;
    char other[512];
    test_path(other, folder, "other");
    assert_true(test_each_allocation(make_save_open, other, 1, 1) >= 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_written_is_read),
        cmocka_unit_test(the_file_is_as_documented),
        cmocka_unit_test(the_same_parts_give_the_same_bytes),
        cmocka_unit_test(a_cut_file_is_refused),
        cmocka_unit_test(a_longer_file_is_refused),
        cmocka_unit_test(each_changed_bit_is_found),
        cmocka_unit_test(the_first_bytes_say_which_error),
        cmocka_unit_test(a_lying_table_is_refused),
        cmocka_unit_test(names_and_flags_are_checked),
        cmocka_unit_test(what_cannot_be_added_is_refused),
        cmocka_unit_test(no_memory_is_reported),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

/* lib/base/file.c: mapped reading, gzip, files that appear whole or not at all. */
#include "testing.h"

#include <fcntl.h>
#include <zlib.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

static char folder[256];
static recsys_runtime *heap_runtime;

static int set_up(void **state)
{
    (void)state;
    test_folder(folder);
    return rs_runtime_make(&heap_runtime, NULL, NULL) != RECSYS_OK;
}

static int tear_down(void **state)
{
    (void)state;
    rs_runtime_release(heap_runtime);
    test_remove_folder(folder);
    return 0;
}

/* ---- reading --------------------------------------------------------------------- */

static void a_file_is_mapped(void **state)
{
    (void)state;
    char path[512];
    rs_bytes bytes;
    recsys_error err = RECSYS_ERROR_INIT;
    test_text_file(path, folder, "plain", "user::movie");
    assert_ok(rs_bytes_open(&bytes, heap_runtime, path, &err), &err);
    assert_int_equal(bytes.size, 11);
    assert_memory_equal(bytes.data, "user::movie", 11);
    assert_non_null(bytes.mapped);
    rs_bytes_close(&bytes);
    assert_null(bytes.data);
    unlink(path);
}

static void an_empty_file_is_empty(void **state)
{
    (void)state;
    char path[512];
    rs_bytes bytes;
    recsys_error err = RECSYS_ERROR_INIT;
    test_text_file(path, folder, "empty", "");
    assert_ok(rs_bytes_open(&bytes, heap_runtime, path, &err), &err);
    assert_int_equal(bytes.size, 0);
    assert_non_null(bytes.data);
    assert_ok(rs_bytes_gunzip(&bytes, path, &err), &err);
    rs_bytes_close(&bytes);
    unlink(path);
}

static void what_is_no_file_is_named(void **state)
{
    (void)state;
    char path[512];
    rs_bytes bytes;
    recsys_error err = RECSYS_ERROR_INIT;
    test_path(path, folder, "missing");
    assert_fails(rs_bytes_open(&bytes, heap_runtime, path, &err), RECSYS_E_IO, &err);
    assert_contains(err.text, "missing");
    assert_contains(err.text, "No such file");
    assert_fails(rs_bytes_open(&bytes, heap_runtime, folder, &err), RECSYS_E_IO, &err);
    assert_contains(err.text, "folder");
}

static void a_pipe_is_read_whole(void **state)
{
    (void)state;
    enum { SIZE = 300000 };
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        for (int i = 0; i < SIZE; i++) {
            char c = (char)('a' + i % 26);
            if (write(ends[1], &c, 1) != 1) _exit(1);
        }
        _exit(0);
    }
    close(ends[1]);
    int saved = dup(STDIN_FILENO);
    assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    rs_bytes bytes;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_ok(rs_bytes_open(&bytes, heap_runtime, "-", &err), &err);
    dup2(saved, STDIN_FILENO);
    close(saved);
    close(ends[0]);
    assert_int_equal(bytes.size, SIZE);
    for (int i = 0; i < SIZE; i++)
        if (bytes.data[i] != 'a' + i % 26) fail_msg("byte %d is %d", i, bytes.data[i]);
    rs_bytes_close(&bytes);
}

/* ---- gzip ------------------------------------------------------------------------ */

/* Add one gzip member to packed[*used]. */
static void pack(const void *data, size_t size, unsigned char *packed, size_t *used,
                 size_t room)
{
    z_stream stream = {0};
    assert_int_equal(
        deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
    stream.next_in = (unsigned char *)(uintptr_t)data;
    stream.avail_in = (unsigned)size;
    stream.next_out = packed + *used;
    stream.avail_out = (unsigned)(room - *used);
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    *used += stream.total_out;
    deflateEnd(&stream);
}

static recsys_status unpack_file(recsys_runtime *runtime, const char *path, rs_bytes *bytes,
                                 recsys_error *err)
{
    recsys_status status = rs_bytes_open(bytes, runtime, path, err);
    if (status != RECSYS_OK) return status;
    status = rs_bytes_gunzip(bytes, path, err);
    if (status != RECSYS_OK) rs_bytes_close(bytes);
    return status;
}

typedef struct gzip_case {
    unsigned char text[200000], packed[300000];
    size_t size, first, used; /* first: bytes of the first member */
    char path[512];
} gzip_case;

/* Two members with text that does not pack to nothing. */
static gzip_case *two_members(size_t size)
{
    gzip_case *gz = calloc(1, sizeof *gz);
    assert_non_null(gz);
    uint64_t seed = 9;
    gz->size = size;
    for (size_t i = 0; i < size; i++)
        gz->text[i] = (unsigned char)('a' + test_below(&seed, 20));
    pack(gz->text, size / 3, gz->packed, &gz->used, sizeof gz->packed);
    gz->first = gz->used;
    pack(gz->text + size / 3, size - size / 3, gz->packed, &gz->used, sizeof gz->packed);
    test_path(gz->path, folder, "packed.gz");
    return gz;
}

static void every_gzip_member_is_unpacked(void **state)
{
    (void)state;
    rs_bytes bytes;
    recsys_error err = RECSYS_ERROR_INIT;
    gzip_case *gz = two_members(200000);
    test_write_file(gz->path, gz->packed, gz->used);
    assert_ok(unpack_file(heap_runtime, gz->path, &bytes, &err), &err);
    assert_int_equal(bytes.size, gz->size);
    assert_memory_equal(bytes.data, gz->text, gz->size);
    rs_bytes_close(&bytes);
    free(gz);
}

/* Cut anywhere but between two members. */
static void a_cut_gzip_file_is_damaged(void **state)
{
    (void)state;
    rs_bytes bytes;
    recsys_error err = RECSYS_ERROR_INIT;
    gzip_case *gz = two_members(600);
    for (size_t size = 2; size < gz->used; size++) {
        test_write_file(gz->path, gz->packed, size);
        if (size == gz->first) continue;
        assert_fails(unpack_file(heap_runtime, gz->path, &bytes, &err), RECSYS_E_DAMAGED, &err);
        assert_contains(err.text, "packed.gz");
    }
    free(gz);
}

static void zeros_may_follow_but_nothing_else(void **state)
{
    (void)state;
    rs_bytes bytes;
    recsys_error err = RECSYS_ERROR_INIT;
    gzip_case *gz = two_members(600);
    test_write_file(gz->path, gz->packed, gz->used + 512);
    assert_ok(unpack_file(heap_runtime, gz->path, &bytes, &err), &err);
    assert_int_equal(bytes.size, gz->size);
    rs_bytes_close(&bytes);
    gz->packed[gz->used + 300] = 'x';
    test_write_file(gz->path, gz->packed, gz->used + 512);
    assert_fails(unpack_file(heap_runtime, gz->path, &bytes, &err), RECSYS_E_DAMAGED, &err);
    free(gz);
}

/* The checksum in each member's tail is looked at. */
static void a_changed_gzip_file_is_damaged(void **state)
{
    (void)state;
    rs_bytes bytes;
    recsys_error err = RECSYS_ERROR_INIT;
    gzip_case *gz = two_members(600);
    for (size_t at = 10; at < gz->used; at++) {
        if (at >= gz->first + 4 && at < gz->first + 10) continue; /* time, flags, system */
        gz->packed[at] ^= 0xff;
        test_write_file(gz->path, gz->packed, gz->used);
        assert_fails(unpack_file(heap_runtime, gz->path, &bytes, &err), RECSYS_E_DAMAGED, &err);
        gz->packed[at] ^= 0xff;
    }
    free(gz);
}

static void text_that_is_not_gzip_stays(void **state)
{
    (void)state;
    char path[512];
    rs_bytes bytes;
    recsys_error err = RECSYS_ERROR_INIT;
    test_text_file(path, folder, "plain", "\x1fuser");
    assert_ok(unpack_file(heap_runtime, path, &bytes, &err), &err);
    assert_int_equal(bytes.size, 5);
    assert_non_null(bytes.mapped);
    rs_bytes_close(&bytes);
}

static recsys_status unpack_once(recsys_runtime *runtime, void *data, recsys_error *err)
{
    rs_bytes bytes;
    recsys_status status = unpack_file(runtime, data, &bytes, err);
    if (status == RECSYS_OK) rs_bytes_close(&bytes);
    return status;
}

static void unpacking_survives_no_memory(void **state)
{
    (void)state;
    gzip_case *gz = two_members(200000);
    test_write_file(gz->path, gz->packed, gz->used);
    assert_true(test_each_allocation(unpack_once, gz->path, 1, 1) >= 3);
    free(gz);
}

/* ---- writing --------------------------------------------------------------------- */

static void a_file_appears_when_committed(void **state)
{
    (void)state;
    char path[512];
    rs_outfile file;
    recsys_error err = RECSYS_ERROR_INIT;
    size_t before = test_count_files(folder), size;
    test_path(path, folder, "model");
    assert_ok(rs_outfile_begin(&file, heap_runtime, path, &err), &err);
    assert_ok(rs_outfile_write(&file, "first", 5, &err), &err);
    assert_ok(rs_outfile_write(&file, "", 0, &err), &err);
    assert_ok(rs_outfile_write(&file, "second", 6, &err), &err);
    assert_int_equal(access(path, F_OK), -1);
    assert_int_equal(test_count_files(folder), before + 1);
    assert_ok(rs_outfile_commit(&file, &err), &err);
    assert_int_equal(test_count_files(folder), before + 1);
    unsigned char *data = test_read_file(path, &size);
    assert_string_equal(data, "firstsecond");
    free(data);
    rs_outfile_abort(&file); /* harmless */
    assert_int_equal(access(path, F_OK), 0);
    unlink(path);
}

static void an_aborted_file_leaves_the_old_one(void **state)
{
    (void)state;
    char path[512];
    rs_outfile file;
    recsys_error err = RECSYS_ERROR_INIT;
    size_t size;
    test_text_file(path, folder, "model", "old");
    size_t before = test_count_files(folder);
    assert_ok(rs_outfile_begin(&file, heap_runtime, path, &err), &err);
    assert_ok(rs_outfile_write(&file, "new", 3, &err), &err);
    rs_outfile_abort(&file);
    rs_outfile_abort(&file);
    assert_int_equal(test_count_files(folder), before);
    unsigned char *data = test_read_file(path, &size);
    assert_string_equal(data, "old");
    free(data);
    unlink(path);
}

static void two_writers_do_not_meet(void **state)
{
    (void)state;
    char path[512];
    rs_outfile a, b;
    recsys_error err = RECSYS_ERROR_INIT;
    size_t size;
    test_path(path, folder, "model");
    assert_ok(rs_outfile_begin(&a, heap_runtime, path, &err), &err);
    assert_ok(rs_outfile_begin(&b, heap_runtime, path, &err), &err);
    assert_ok(rs_outfile_write(&a, "aaaa", 4, &err), &err);
    assert_ok(rs_outfile_write(&b, "b", 1, &err), &err);
    assert_ok(rs_outfile_commit(&a, &err), &err);
    assert_ok(rs_outfile_commit(&b, &err), &err);
    unsigned char *data = test_read_file(path, &size);
    assert_string_equal(data, "b");
    free(data);
    unlink(path);
}

static void what_cannot_be_written_is_named(void **state)
{
    (void)state;
    char path[512], inner[512];
    rs_outfile file;
    recsys_error err = RECSYS_ERROR_INIT;
    test_path(path, folder, "no-such-folder/model");
    assert_fails(rs_outfile_begin(&file, heap_runtime, path, &err), RECSYS_E_IO, &err);
    assert_contains(err.text, "no-such-folder/model");
    rs_outfile_abort(&file);

    /* A folder with something in it is in the way of the rename. */
    test_path(path, folder, "in-the-way");
    assert_int_equal(mkdir(path, 0777), 0);
    test_text_file(inner, path, "x", "x");
    size_t before = test_count_files(folder);
    assert_ok(rs_outfile_begin(&file, heap_runtime, path, &err), &err);
    assert_ok(rs_outfile_write(&file, "new", 3, &err), &err);
    assert_fails(rs_outfile_commit(&file, &err), RECSYS_E_IO, &err);
    assert_contains(err.text, "in-the-way");
    assert_int_equal(test_count_files(folder), before);
    test_remove_folder(path);
}

static void a_full_disk_is_an_error(void **state)
{
    (void)state;
    rs_outfile file = {.runtime = heap_runtime, .fd = open("/dev/full", O_WRONLY)};
    recsys_error err = RECSYS_ERROR_INIT;
    if (file.fd < 0) skip();
    file.path = rs_strdup(heap_runtime, "full");
    file.temporary = rs_strdup(heap_runtime, "full.tmp-none");
    assert_fails(rs_outfile_write(&file, "x", 1, &err), RECSYS_E_IO, &err);
    assert_contains(err.text, "No space left");
    rs_outfile_abort(&file);
}

static recsys_status write_text(const char *path, const char *text, recsys_error *err)
{
    rs_outfile file;
    recsys_status status = rs_outfile_begin(&file, heap_runtime, path, err);
    if (status != RECSYS_OK) return status;
    RS_TRY(rs_outfile_write(&file, text, strlen(text), err));
    return rs_outfile_commit(&file, err);
out:
    rs_outfile_abort(&file);
    return status;
}

static void a_link_stays_and_its_file_is_replaced(void **state)
{
    (void)state;
    char target[512], link[512], found[512] = {0};
    recsys_error err = RECSYS_ERROR_INIT;
    size_t size;
    test_text_file(target, folder, "target", "old");
    test_path(link, folder, "link");
    assert_int_equal(symlink(target, link), 0);
    assert_ok(write_text(link, "new", &err), &err);
    assert_true(readlink(link, found, sizeof found - 1) > 0);
    assert_string_equal(found, target);
    unsigned char *data = test_read_file(target, &size);
    assert_string_equal(data, "new");
    free(data);
    unlink(link);
    unlink(target);
}

static void a_pipe_is_written_to_and_stays(void **state)
{
    (void)state;
    char path[512], got[16] = {0};
    struct stat about;
    recsys_error err = RECSYS_ERROR_INIT;
    test_path(path, folder, "pipe");
    assert_int_equal(mkfifo(path, 0600), 0);
    int reader = open(path, O_RDONLY | O_NONBLOCK);
    assert_true(reader >= 0);
    size_t files = test_count_files(folder);
    assert_ok(write_text(path, "through", &err), &err);
    assert_int_equal(read(reader, got, sizeof got - 1), 7);
    assert_string_equal(got, "through");
    assert_int_equal(stat(path, &about), 0);
    assert_true(S_ISFIFO(about.st_mode));
    assert_int_equal(test_count_files(folder), files);
    close(reader);
    unlink(path);
}

static recsys_status write_once(recsys_runtime *runtime, void *data, recsys_error *err)
{
    rs_outfile file;
    recsys_status status = rs_outfile_begin(&file, runtime, data, err);
    if (status != RECSYS_OK) return status;
    RS_TRY(rs_outfile_write(&file, "x", 1, err));
    return rs_outfile_commit(&file, err);
out:
    rs_outfile_abort(&file);
    return status;
}

static void writing_survives_no_memory(void **state)
{
    (void)state;
    char path[512];
    test_path(path, folder, "model");
    size_t before = test_count_files(folder);
    assert_int_equal(test_each_allocation(write_once, path, 1, 1), 2);
    unlink(path);
    assert_int_equal(test_count_files(folder), before);
}

/* A name without a folder is written in the present one. */
static void a_bare_name_is_fine(void **state)
{
    (void)state;
    char here[4096];
    recsys_error err = RECSYS_ERROR_INIT;
    assert_non_null(getcwd(here, sizeof here));
    assert_int_equal(chdir(folder), 0);
    char name[] = "bare";
    recsys_status status = write_once(heap_runtime, name, &err);
    assert_int_equal(chdir(here), 0);
    assert_ok(status, &err);
    assert_int_equal(access(test_path(here, folder, "bare"), F_OK), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_mapped),
        cmocka_unit_test(an_empty_file_is_empty),
        cmocka_unit_test(what_is_no_file_is_named),
        cmocka_unit_test(a_pipe_is_read_whole),
        cmocka_unit_test(every_gzip_member_is_unpacked),
        cmocka_unit_test(a_cut_gzip_file_is_damaged),
        cmocka_unit_test(zeros_may_follow_but_nothing_else),
        cmocka_unit_test(a_changed_gzip_file_is_damaged),
        cmocka_unit_test(text_that_is_not_gzip_stays),
        cmocka_unit_test(unpacking_survives_no_memory),
        cmocka_unit_test(a_file_appears_when_committed),
        cmocka_unit_test(an_aborted_file_leaves_the_old_one),
        cmocka_unit_test(two_writers_do_not_meet),
        cmocka_unit_test(what_cannot_be_written_is_named),
        cmocka_unit_test(a_full_disk_is_an_error),
        cmocka_unit_test(a_link_stays_and_its_file_is_replaced),
        cmocka_unit_test(a_pipe_is_written_to_and_stays),
        cmocka_unit_test(writing_survives_no_memory),
        cmocka_unit_test(a_bare_name_is_fine),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

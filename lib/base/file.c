#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/error.h"
#include "base/memory.h"

/* ---- reading --------------------------------------------------------------------- */

static recsys_status read_all(rs_bytes *bytes, int fd, const char *path, recsys_error *err)
{
    unsigned char *buffer = NULL;
    size_t capacity = 0, size = 0;
    for (;;) {
        if (!rs_reserve(bytes->runtime, &buffer, &capacity, size + 65536, 1)) {
            rs_free(bytes->runtime, buffer);
            return rs_fail_memory(err, path);
        }
        ssize_t got = read(fd, buffer + size, capacity - size);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) {
            int saved = errno;
            rs_free(bytes->runtime, buffer);
            return rs_fail_errno(err, saved, "read", path);
        }
        if (got == 0) break;
        size += (size_t)got;
    }
    bytes->heap = buffer;
    bytes->data = buffer;
    bytes->size = size;
    return RECSYS_OK;
}

static recsys_status open_fd(rs_bytes *bytes, int fd, const char *path, recsys_error *err)
{
    struct stat about;
    if (fstat(fd, &about) != 0) return rs_fail_errno(err, errno, "look at", path);
    if (S_ISDIR(about.st_mode))
        return rs_fail(err, RECSYS_E_IO, "%s: is a folder, expected a file", path);
    if (!S_ISREG(about.st_mode) || about.st_size == 0) return read_all(bytes, fd, path, err);
    size_t size = (size_t)about.st_size;
    void *mapped = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (mapped == MAP_FAILED) return rs_fail_errno(err, errno, "map", path);
    bytes->mapped = mapped;
    bytes->data = mapped;
    bytes->size = size;
    return RECSYS_OK;
}

recsys_status rs_bytes_open(rs_bytes *bytes, recsys_runtime *runtime, const char *path,
                            recsys_error *err)
{
    *bytes = (rs_bytes){.runtime = runtime};
    if (strcmp(path, "-") == 0) return read_all(bytes, STDIN_FILENO, "standard input", err);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return rs_fail_errno(err, errno, "open", path);
    recsys_status status = open_fd(bytes, fd, path, err);
    close(fd);
    return status;
}

void rs_bytes_close(rs_bytes *bytes)
{
    if (bytes->mapped != NULL) munmap(bytes->mapped, bytes->size);
    if (bytes->heap != NULL) rs_free(bytes->runtime, bytes->heap);
    *bytes = (rs_bytes){.runtime = bytes->runtime};
}

/* ---- gzip ------------------------------------------------------------------------ */

static void *zlib_allocate(void *runtime, unsigned count, unsigned size)
{
    return rs_array(runtime, count, size);
}

static void zlib_release(void *runtime, void *memory)
{
    rs_free(runtime, memory);
}

typedef struct unpacked {
    unsigned char *data;
    size_t size, capacity;
} unpacked;

/* Unpack until one gzip member ends; returns a zlib code, Z_STREAM_END when it did. */
static int inflate_member(recsys_runtime *runtime, z_stream *stream, const unsigned char *end,
                          unpacked *out)
{
    for (;;) {
        if (!rs_reserve(runtime, &out->data, &out->capacity, out->size + 65536, 1))
            return Z_MEM_ERROR;
        size_t room = out->capacity - out->size, left = (size_t)(end - stream->next_in);
        stream->avail_out = room > 1u << 30 ? 1u << 30 : (unsigned)room;
        stream->avail_in = left > 1u << 30 ? 1u << 30 : (unsigned)left;
        stream->next_out = out->data + out->size;
        int code = inflate(stream, Z_NO_FLUSH);
        out->size = (size_t)(stream->next_out - out->data);
        if (code != Z_OK) return code;
    }
}

static int inflate_all(recsys_runtime *runtime, const rs_bytes *bytes, unpacked *out)
{
    z_stream stream = {.zalloc = zlib_allocate, .zfree = zlib_release, .opaque = runtime};
    const unsigned char *end = bytes->data + bytes->size;
    stream.next_in = (unsigned char *)(uintptr_t)bytes->data;
    int code = inflateInit2(&stream, 16 + MAX_WBITS);
    if (code != Z_OK) return code;
    for (;;) {
        code = inflate_member(runtime, &stream, end, out);
        if (code != Z_STREAM_END) break;
        while (stream.next_in < end && *stream.next_in == 0) stream.next_in++; /* padding */
        if (stream.next_in == end) break;
        inflateReset(&stream); /* anything else must be one more member */
    }
    inflateEnd(&stream);
    return code;
}

recsys_status rs_bytes_gunzip(rs_bytes *bytes, const char *path, recsys_error *err)
{
    if (bytes->size < 2 || bytes->data[0] != 0x1f || bytes->data[1] != 0x8b) return RECSYS_OK;
    unpacked out = {NULL, 0, 0};
    int code = inflate_all(bytes->runtime, bytes, &out);
    if (code != Z_STREAM_END) {
        rs_free(bytes->runtime, out.data);
        if (code == Z_MEM_ERROR) return rs_fail_memory(err, path);
        return rs_fail(err, RECSYS_E_DAMAGED, "%s: gzip data is damaged or cut short", path);
    }
    rs_bytes_close(bytes);
    bytes->heap = out.data;
    bytes->data = out.data;
    bytes->size = out.size;
    return RECSYS_OK;
}

/* ---- writing --------------------------------------------------------------------- */

static int open_temporary(rs_outfile *file)
{
    size_t room = strlen(file->path) + 32;
    file->temporary = rs_array(file->runtime, room, 1);
    if (file->temporary == NULL) return -ENOMEM;
    for (unsigned attempt = 0; attempt < 1000; attempt++) {
        snprintf(file->temporary, room, "%s.tmp-%ld-%u", file->path, (long)getpid(), attempt);
        file->fd = open(file->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (file->fd >= 0) return 0;
        if (errno != EEXIST) return -errno;
    }
    return -EEXIST;
}

/* Where the bytes must go in the end: the file behind a symbolic link, not the link. */
static int resolve(rs_outfile *file, const char *path)
{
    char real[PATH_MAX];
    struct stat about;
    int exists = stat(path, &about) == 0;
    file->direct = exists && !S_ISREG(about.st_mode) && !S_ISDIR(about.st_mode);
    file->path = rs_strdup(file->runtime, exists && realpath(path, real) != NULL ? real : path);
    return file->path != NULL ? 0 : -ENOMEM;
}

/* A device or a pipe is written to; replacing it by a file would destroy it. */
static int open_target(rs_outfile *file)
{
    if (!file->direct) return open_temporary(file);
    file->fd = open(file->path, O_WRONLY | O_CLOEXEC);
    return file->fd >= 0 ? 0 : -errno;
}

recsys_status rs_outfile_begin(rs_outfile *file, recsys_runtime *runtime, const char *path,
                               recsys_error *err)
{
    *file = (rs_outfile){.runtime = runtime, .fd = -1};
    int failed = resolve(file, path);
    if (failed == 0) failed = open_target(file);
    if (failed == 0) return RECSYS_OK;
    rs_outfile_abort(file);
    return rs_fail_errno(err, -failed, "create", path);
}

recsys_status rs_outfile_write(rs_outfile *file, const void *data, size_t size,
                               recsys_error *err)
{
    const unsigned char *from = data;
    while (size > 0) {
        ssize_t put = write(file->fd, from, size > 1u << 30 ? 1u << 30 : size);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return rs_fail_errno(err, errno, "write", file->path);
        from += put;
        size -= (size_t)put;
    }
    return RECSYS_OK;
}

/* A rename is durable once its folder is on disk too. */
static int sync_folder(const rs_outfile *file)
{
    const char *slash = strrchr(file->path, '/');
    int fd;
    if (slash == NULL) {
        fd = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    } else {
        size_t length = slash == file->path ? 1 : (size_t)(slash - file->path);
        memcpy(file->temporary, file->path, length); /* no longer needed as a name */
        file->temporary[length] = '\0';
        fd = open(file->temporary, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    }
    if (fd < 0) return -errno;
    int failed = fsync(fd) == 0 || errno == EINVAL ? 0 : -errno;
    close(fd);
    return failed;
}

static recsys_status commit_direct(rs_outfile *file, recsys_error *err)
{
    int failed = close(file->fd) == 0 ? 0 : -errno;
    recsys_status status =
        failed == 0 ? RECSYS_OK : rs_fail_errno(err, -failed, "write", file->path);
    file->fd = -1;
    rs_outfile_abort(file);
    return status;
}

recsys_status rs_outfile_commit(rs_outfile *file, recsys_error *err)
{
    if (file->direct) return commit_direct(file, err);
    int failed = fsync(file->fd) == 0 ? 0 : -errno;
    if (close(file->fd) != 0 && failed == 0) failed = -errno;
    file->fd = -1;
    if (failed == 0 && rename(file->temporary, file->path) != 0) failed = -errno;
    if (failed != 0) {
        recsys_status status = rs_fail_errno(err, -failed, "write", file->path);
        unlink(file->temporary);
        rs_outfile_abort(file);
        return status;
    }
    failed = sync_folder(file);
    recsys_status status =
        failed == 0 ? RECSYS_OK : rs_fail_errno(err, -failed, "sync the folder of", file->path);
    rs_outfile_abort(file);
    return status;
}

void rs_outfile_abort(rs_outfile *file)
{
    if (file->fd >= 0) {
        close(file->fd);
        if (!file->direct) unlink(file->temporary);
    }
    rs_free(file->runtime, file->temporary);
    rs_free(file->runtime, file->path);
    *file = (rs_outfile){.runtime = file->runtime, .fd = -1};
}

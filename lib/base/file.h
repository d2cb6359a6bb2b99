/* Files: mapped for reading; written whole or not at all. */
#ifndef RS_BASE_FILE_H
#define RS_BASE_FILE_H

#include "base/runtime.h"

/* Bytes of a file, mapped or (pipes, standard input) read into memory. */
typedef struct rs_bytes {
    recsys_runtime *runtime;
    const unsigned char *data; /* never NULL once opened */
    size_t size;
    void *mapped; /* the mapping, or NULL */
    void *heap;   /* the buffer, or NULL */
} rs_bytes;

/* Open a file ("-": standard input). Regular files are mapped. */
recsys_status rs_bytes_open(rs_bytes *bytes, recsys_runtime *runtime, const char *path,
                            recsys_error *err);
/* If the bytes are gzip, replace them by what they unpack to. Every member is unpacked,
 * zeros may follow; a damaged or cut stream, or anything else behind the last member, is
 * RECSYS_E_DAMAGED naming `path`. */
recsys_status rs_bytes_gunzip(rs_bytes *bytes, const char *path, recsys_error *err);
void rs_bytes_close(rs_bytes *bytes);

/* A file that appears under its name only when complete: temporary name in the same folder,
 * fsync, rename, fsync of the folder. Behind a symbolic link the file it leads to is replaced,
 * never the link; a device or a pipe is written to as it is. */
typedef struct rs_outfile {
    recsys_runtime *runtime;
    int fd;
    int direct; /* no temporary file: a device or a pipe */
    char *path, *temporary;
} rs_outfile;

recsys_status rs_outfile_begin(rs_outfile *file, recsys_runtime *runtime, const char *path,
                               recsys_error *err);
recsys_status rs_outfile_write(rs_outfile *file, const void *data, size_t size,
                               recsys_error *err);
/* Make it visible; on failure the temporary file is removed, unless only the folder could not
 * be synced: then the new file is there but may not outlive a crash. Closes in any case. */
recsys_status rs_outfile_commit(rs_outfile *file, recsys_error *err);
/* Close and remove; fine after a failed begin or a commit. */
void rs_outfile_abort(rs_outfile *file);

#endif

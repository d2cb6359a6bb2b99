#include "places.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int cli_is_stdout(const char *path)
{
    return strcmp(path, "-") == 0;
}

/* The folder of a file, for which one behind a symbolic link is replaced where it lies. */
static void folder_of(char folder[PATH_MAX], const char *path)
{
    char real[PATH_MAX];
    if (realpath(path, real) != NULL) path = real;
    const char *slash = strrchr(path, '/');
    int size = slash == NULL ? 1 : slash == path ? 1 : (int)(slash - path);
    snprintf(folder, PATH_MAX, "%.*s", size, slash == NULL ? "." : path);
}

static int is_folder(const char *path)
{
    struct stat about;
    if (stat(path, &about) != 0) return 0;
    errno = ENOTDIR;
    return S_ISDIR(about.st_mode);
}

static int takes_files(const char *folder)
{
    return is_folder(folder) && access(folder, W_OK | X_OK) == 0;
}

int cli_check_beside(const cli_program *program, const char *flag, const char *path)
{
    char folder[PATH_MAX];
    folder_of(folder, path);
    if (takes_files(folder)) return CLI_GO_ON;
    return cli_error(program, "--%s %s: cannot write into the folder %s: %s", flag, path,
                     folder, strerror(errno));
}

int cli_check_file(const cli_program *program, const char *flag, const char *path)
{
    struct stat about;
    if (path == NULL || cli_is_stdout(path)) return CLI_GO_ON;
    int exists = stat(path, &about) == 0;
    if (exists && S_ISDIR(about.st_mode))
        return cli_error(program, "--%s %s: is a folder", flag, path);
    /* A device or a pipe is written to as it is. */
    if (!exists || S_ISREG(about.st_mode)) return cli_check_beside(program, flag, path);
    if (access(path, W_OK) == 0) return CLI_GO_ON;
    return cli_error(program, "--%s %s: cannot write: %s", flag, path, strerror(errno));
}

int cli_check_folder(const cli_program *program, const char *flag, const char *path)
{
    char bare[PATH_MAX];
    struct stat about;
    if (path == NULL || takes_files(path)) return CLI_GO_ON;
    if (lstat(path, &about) == 0)
        return cli_error(program, "--%s %s: cannot write into it: %s", flag, path,
                         strerror(errno));
    size_t size = strlen(path);
    while (size > 1 && path[size - 1] == '/') size--;
    snprintf(bare, sizeof bare, "%.*s", (int)(size < PATH_MAX ? size : PATH_MAX - 1), path);
    return cli_check_beside(program, flag, bare);
}

int cli_make_folder(const cli_program *program, const char *path)
{
    if (mkdir(path, 0777) == 0) return CLI_GO_ON;
    int failed = errno;
    if (failed == EEXIST && is_folder(path)) return CLI_GO_ON;
    return cli_error(program, "cannot make the folder %s: %s", path, strerror(failed));
}

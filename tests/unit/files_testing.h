/* A file to be read, the tables that its ids go to, and files with mistakes. */
#ifndef RS_FILES_TESTING_H
#define RS_FILES_TESTING_H

#include "testing.h"

#include "data/idtable.h"

typedef struct files {
    recsys_runtime *runtime;
    rs_id_table users, movies;
    char folder[256], path[512];
} files;

static inline int files_set_up(void **state)
{
    files *f = calloc(1, sizeof *f);
    if (f == NULL || recsys_runtime_create(&f->runtime, NULL, NULL) != RECSYS_OK) return -1;
    test_folder(f->folder);
    test_path(f->path, f->folder, "lists");
    rs_id_table_begin(&f->users, f->runtime);
    rs_id_table_begin(&f->movies, f->runtime);
    *state = f;
    return 0;
}

static inline int files_tear_down(void **state)
{
    files *f = *state;
    rs_id_table_free(&f->users);
    rs_id_table_free(&f->movies);
    test_remove_folder(f->folder);
    recsys_runtime_destroy(f->runtime);
    free(f);
    return 0;
}

/* Read a file with this text, and let go of what was read. */
typedef recsys_status (*files_read_fn)(files *f, const char *text, recsys_error *err);

typedef struct mistake {
    const char *text;
    recsys_status status;
    const char *says;
} mistake;

static inline void files_refuse(files *f, files_read_fn read, const mistake *cases,
                                size_t count)
{
    for (size_t i = 0; i < count; i++) {
        recsys_error err = RECSYS_ERROR_INIT;
        assert_fails(read(f, cases[i].text, &err), cases[i].status, &err);
        assert_contains(err.text, cases[i].says);
    }
}

#endif

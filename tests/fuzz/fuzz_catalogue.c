/* Any bytes as a catalogue, as tags and as links: refused with a message, or read such that
 * every movie can be found by its id and holds clean text. The first byte says whether bad
 * rows are skipped. What was read must also survive the content model. */
#include <recsys/catalogue.h>
#include <recsys/config.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/text.h"
#include "models/content.h"

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

static void check_text(const char *text)
{
    demand(rs_utf8_valid(text, strlen(text)));
}

static void check_movie(const recsys_catalogue *catalogue, size_t i)
{
    char id[RS_ID_BYTES + 1], again[RS_ID_BYTES + 1];
    recsys_movie movie = RECSYS_MOVIE_INIT;
    demand(recsys_catalogue_movie_id(catalogue, i, id, sizeof id) < sizeof id);
    demand(recsys_catalogue_get(catalogue, id, &movie, NULL) == RECSYS_OK);
    demand(movie.year >= 0 && movie.year <= 9999);
    check_text(movie.title);
    check_text(movie.genres);
    check_text(movie.cast);
    check_text(movie.overview);
    check_text(movie.tags);
    check_text(movie.imdb_id);
    check_text(movie.tmdb_id);
    if (i == 0) return;
    recsys_catalogue_movie_id(catalogue, i - 1, again, sizeof again);
    demand(strcmp(id, again) != 0);
}

static void check_content(const recsys_catalogue *catalogue)
{
    rs_container parts;
    rs_container_begin(&parts, catalogue->runtime, "model");
    demand(rs_content_fit(&catalogue->view, NULL, catalogue->runtime, &parts, NULL, NULL) ==
           RECSYS_OK);
    const rs_part *names = rs_container_find(&parts, "terms.names");
    demand(names != NULL && rs_utf8_valid(names->data, names->size));
    rs_container_close(&parts);
}

static void check_catalogue(recsys_catalogue *catalogue, const char *path)
{
    recsys_error err = RECSYS_ERROR_INIT;
    size_t count = recsys_catalogue_count(catalogue);
    demand(count > 0);
    for (size_t i = 0; i < count; i++) check_movie(catalogue, i);
    if (recsys_catalogue_add_tags(catalogue, path, NULL, &err) != RECSYS_OK)
        demand(err.text[0] != '\0');
    if (recsys_catalogue_add_links(catalogue, path, NULL, &err) != RECSYS_OK)
        demand(err.text[0] != '\0');
    for (size_t i = 0; i < count; i++) check_movie(catalogue, i);
    check_content(catalogue);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    recsys_runtime *runtime = NULL;
    recsys_config *config = NULL;
    recsys_catalogue *catalogue = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    if (size == 0) return 0;
    demand(recsys_runtime_create(&runtime, NULL, NULL) == RECSYS_OK);
    demand(recsys_runtime_set_threads(runtime, 1, NULL) == RECSYS_OK);
    demand(recsys_config_create(&config, runtime, NULL) == RECSYS_OK);
    if (data[0] & 1)
        demand(recsys_config_set(config, "data.on_bad_row", "skip", NULL) == RECSYS_OK);
    int fd = make_file(path, data + 1, size - 1);
    if (recsys_catalogue_read(&catalogue, runtime, path, config, &err) == RECSYS_OK)
        check_catalogue(catalogue, path);
    else
        demand(err.text[0] != '\0' && catalogue == NULL);
    close(fd);
    recsys_catalogue_destroy(catalogue);
    recsys_config_destroy(config);
    recsys_runtime_destroy(runtime);
    return 0;
}

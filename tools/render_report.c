/* Draws a saved evaluation: render-report html|markdown|csv <FILE.json >REPORT, where
 * FILE.json is what `recsys-eval --json` gave. */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "report/csv.h"
#include "report/markdown.h"
#include "report/page.h"

typedef void renderer(const cJSON *evaluation, rs_text *out);

static renderer *find_renderer(const char *name)
{
    if (strcmp(name, "html") == 0) return cli_report_html;
    if (strcmp(name, "markdown") == 0) return cli_report_markdown;
    if (strcmp(name, "csv") == 0) return cli_report_csv;
    return NULL;
}

static void read_all(rs_text *text)
{
    char part[65536];
    size_t size;
    while ((size = fread(part, 1, sizeof part, stdin)) > 0) rs_text_add_bytes(text, part, size);
}

static int render(recsys_runtime *memory, renderer *draw)
{
    rs_text json, out;
    int done = 0;
    rs_text_begin(&json, memory);
    rs_text_begin(&out, memory);
    read_all(&json);
    cJSON *evaluation = json.failed ? NULL : cJSON_ParseWithLength(json.data, json.size);
    if (evaluation == NULL) {
        fprintf(stderr, "render-report: standard input is not JSON\n");
    } else {
        draw(evaluation, &out);
        done = !out.failed && fwrite(out.data, 1, out.size, stdout) == out.size &&
               fflush(stdout) == 0;
    }
    cJSON_Delete(evaluation);
    rs_text_free(&json);
    rs_text_free(&out);
    return done;
}

int main(int argc, char **argv)
{
    renderer *draw = argc == 2 ? find_renderer(argv[1]) : NULL;
    recsys_runtime *memory = NULL;
    if (draw == NULL) {
        fprintf(stderr, "usage: render-report html|markdown|csv <evaluation.json\n");
        return 2;
    }
    if (rs_runtime_make(&memory, NULL, NULL) != RECSYS_OK) return 1;
    int done = render(memory, draw);
    rs_runtime_release(memory);
    return done ? 0 : 1;
}

#include "progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { BAR_WIDTH = 24 };

static double now(void)
{
    struct timespec t;
    if (clock_gettime(CLOCK_MONOTONIC, &t) != 0) return 0;
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static const char *clock_text(char buffer[32], double seconds)
{
    if (!(seconds >= 0) || seconds > 359999) return "--:--";
    unsigned s = (unsigned)(seconds + 0.5);
    if (s < 3600)
        snprintf(buffer, 32, "%02u:%02u", s / 60, s % 60);
    else
        snprintf(buffer, 32, "%u:%02u:%02u", s / 3600, s / 60 % 60, s % 60);
    return buffer;
}

static const char *rate_text(char buffer[32], double rate)
{
    if (rate >= 1e6)
        snprintf(buffer, 32, "%.1fM/s", rate / 1e6);
    else if (rate >= 1e3)
        snprintf(buffer, 32, "%.1fk/s", rate / 1e3);
    else
        snprintf(buffer, 32, "%.0f/s", rate);
    return buffer;
}

static void draw(cli_progress *p, const char *stage, uint64_t done, uint64_t total, double t)
{
    char line[160], bar[BAR_WIDTH + 1], rate[32], left[32];
    double passed = t - p->began, made = done > p->from ? (double)(done - p->from) : 0;
    double speed = passed > 0 ? made / passed : 0;
    rate_text(rate, speed);
    if (total > 0) {
        double share = done < total ? (double)done / (double)total : 1;
        int filled = (int)(share * BAR_WIDTH);
        memset(bar, '#', (size_t)filled);
        memset(bar + filled, '.', (size_t)(BAR_WIDTH - filled));
        bar[BAR_WIDTH] = '\0';
        double remaining = done >= total ? 0 : speed > 0 ? (double)(total - done) / speed : -1;
        snprintf(line, sizeof line, "%-14.20s [%s] %3.0f %%  %9s  %s left", stage, bar,
                 share * 100, rate, clock_text(left, remaining));
    } else {
        snprintf(line, sizeof line, "%-14.20s %" PRIu64 "  %9s", stage, done, rate);
    }
    int length = (int)strlen(line);
    fprintf(stderr, "\r%s%*s", line, p->shown > length ? p->shown - length : 0, "");
    fflush(stderr);
    p->shown = length;
    p->drawn = t;
}

static int on_progress(void *user_data, const char *stage, uint64_t done, uint64_t total)
{
    cli_progress *p = user_data;
    if (!p->drawing) return 0;
    double t = now();
    int fresh = p->stage == NULL || strcmp(p->stage, stage) != 0;
    if (fresh) {
        cli_progress_clear(p);
        p->stage = stage;
        p->began = t;
        p->from = done;
    }
    if (fresh || t - p->drawn >= 0.1 || (total > 0 && done >= total))
        draw(p, stage, done, total, t);
    return 0;
}

static int bar_wanted(int quiet)
{
    const char *wish = getenv("RECSYS_PROGRESS");
    if (wish != NULL && strcmp(wish, "always") == 0) return 1;
    if (quiet || (wish != NULL && strcmp(wish, "never") == 0)) return 0;
    return isatty(STDERR_FILENO);
}

void cli_progress_begin(cli_progress *progress, int quiet)
{
    *progress = (cli_progress){.drawing = bar_wanted(quiet)};
    progress->callback = (recsys_progress){on_progress, progress};
}

void cli_progress_clear(cli_progress *progress)
{
    if (progress->shown > 0) fprintf(stderr, "\r%*s\r", progress->shown, "");
    progress->shown = 0;
    progress->stage = NULL;
}

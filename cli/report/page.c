#include "page.h"

#include "put.h"
#include "sections.h"

static void put_head(const cli_report *view)
{
    const char *name = view->count > 0 ? view->systems[0].label : "recommendations";
    rs_text_add(view->out,
                "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                "<meta name=\"color-scheme\" content=\"light dark\">\n<title>Evaluation of ");
    cli_report_put_html(view->out, name);
    rs_text_add(view->out, "</title>\n<style>\n");
    for (size_t i = 0; cli_report_style[i] != NULL; i++)
        rs_text_add(view->out, cli_report_style[i]);
    rs_text_add(view->out, "</style>\n</head>\n<body>\n<header>\n<h1>Evaluation of ");
    cli_report_put_html(view->out, name);
    rs_text_add(view->out, "</h1>\n</header>\n<main>\n");
}

void cli_report_html(const cJSON *evaluation, rs_text *out)
{
    static void (*const sections[])(cli_report *) = {
        cli_report_verdict,  cli_report_measures, cli_report_compare,  cli_report_curves,
        cli_report_spread,   cli_report_exposure, cli_report_groups,   cli_report_examples,
        cli_report_glossary, cli_report_origin,   cli_report_reproduce};
    cli_report view;
    cli_report_view(&view, evaluation, out);
    put_head(&view);
    if (view.count == 0) rs_text_add(out, "<p>There is no evaluation to show.</p>\n");
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) sections[i](&view);
    rs_text_add(out, "</main>\n</body>\n</html>\n");
}

#include "eval/exposure.h"

#include "base/json.h"

static void put_row(rs_text *text, const char *name, const double *values)
{
    rs_text_printf(text, "\"%s\":[", name);
    for (size_t i = 0; i < RS_EXPOSURE_POINTS; i++) {
        if (i > 0) rs_text_add(text, ",");
        rs_json_put_real(text, values[i]);
    }
    rs_text_add(text, "],");
}

void rs_exposure_put(rs_text *text, const rs_exposure *exposure)
{
    if (!exposure->known) {
        rs_text_add(text, "\"exposure\":null");
        return;
    }
    rs_text_add(text, "\"exposure\":{");
    put_row(text, "movies", exposure->movies);
    put_row(text, "lists", exposure->lists);
    put_row(text, "training", exposure->training);
    rs_text_add(text, "\"head\":");
    rs_json_put_real(text, exposure->head);
    rs_text_add(text, ",\"mid\":");
    rs_json_put_real(text, exposure->middle);
    rs_text_add(text, "}");
}

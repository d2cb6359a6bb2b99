#include "data/intake.h"

#include "base/error.h"
#include "base/memory.h"

enum { BLOCK_ROWS = 1 << 17, FIRST_ROWS = 1 << 10 };

recsys_status rs_intake_begin(rs_intake *intake, recsys_runtime *rt, recsys_error *err)
{
    *intake = (rs_intake){.rt = rt};
    intake->collector = rs_array(rt, 1, sizeof *intake->collector);
    if (intake->collector == NULL) return rs_fail_memory(err, "collecting ratings");
    rs_collector_begin(intake->collector, rt);
    return RECSYS_OK;
}

static rs_rows *open_block(rs_intake *intake)
{
    if (!rs_reserve(intake->rt, &intake->blocks, &intake->capacity, intake->count + 1,
                    sizeof *intake->blocks))
        return NULL;
    rs_rows *block = &intake->blocks[intake->count];
    if (!rs_rows_begin(block, intake->rt, 0, intake->count == 0 ? FIRST_ROWS : BLOCK_ROWS))
        return NULL;
    intake->count++;
    return block;
}

int rs_intake_put(rs_intake *intake, uint32_t user, uint32_t movie, float value, int64_t milli)
{
    rs_rows *block = intake->count > 0 ? &intake->blocks[intake->count - 1] : NULL;
    if (block == NULL || block->count >= BLOCK_ROWS) {
        if (block != NULL && !rs_rows_fit(block)) return 0;
        block = open_block(intake);
    }
    return block != NULL && rs_rows_put(block, intake->collector, user, movie, value, milli);
}

recsys_status rs_intake_finish(rs_intake *intake, recsys_ratings **out, recsys_error *err)
{
    rs_build_counts counts;
    recsys_status status = rs_build(out, intake->rt, intake->collector, 1, intake->blocks,
                                    intake->count, &counts, NULL, err);
    rs_intake_free(intake);
    return status;
}

void rs_intake_free(rs_intake *intake)
{
    for (size_t i = 0; i < intake->count; i++) rs_rows_free(&intake->blocks[i]);
    if (intake->collector != NULL) rs_collector_free(intake->collector);
    rs_free(intake->rt, intake->collector);
    rs_free(intake->rt, intake->blocks);
    *intake = (rs_intake){.rt = intake->rt};
}

#include "blas.h"

#include <stdlib.h>
#include <string.h>

/* Other makers' processors have no such list to be missing from. */
static const char *core_by_features(void)
{
#if defined(__x86_64__)
    if (!__builtin_cpu_is("intel")) return NULL;
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
        return "SkylakeX";
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return "Haswell";
#endif
    return NULL;
}

void cli_blas_choose(void)
{
    const char *core = core_by_features();
    if (core != NULL) (void)setenv("OPENBLAS_CORETYPE", core, 0);
}

const char *cli_blas_better(const char *core)
{
    static const char *const old[] = {"Prescott", "Core2", "Penryn", "Dunnington", "Nehalem"};
    for (size_t i = 0; i < sizeof old / sizeof *old; i++)
        if (strcmp(core, old[i]) == 0) return core_by_features();
    return NULL;
}

/* AVX2: 8 floats a register. */
#include "kernels/factors.h"

#include <string.h>

#if defined(__x86_64__)
#define TARGET __attribute__((target("avx2")))
#define WIDTH 32
#include "kernels/factors_body.inc"

static const rs_factor_kernel kernel = {"avx2", dot, project, multiply, square};

const rs_factor_kernel *rs_factors_avx2(void)
{
    return __builtin_cpu_supports("avx2") ? &kernel : NULL;
}
#else
const rs_factor_kernel *rs_factors_avx2(void)
{
    return NULL;
}
#endif

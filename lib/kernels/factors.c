#include "kernels/factors.h"

#include <string.h>

/* Sixteen bytes are what every x86-64 and every ARMv8 has; elsewhere the compiler takes them
 * apart. */
#define TARGET
#define WIDTH 16
#include "kernels/factors_body.inc"

static const rs_factor_kernel scalar_kernel = {"scalar", dot, project, multiply, square};

const rs_factor_kernel *rs_factor_kernel_named(const char *name)
{
    const rs_factor_kernel *const found[] = {rs_factors_avx512(), rs_factors_avx2()};
    for (size_t i = 0; i < sizeof found / sizeof *found; i++)
        if (found[i] != NULL && (name == NULL || strcmp(found[i]->name, name) == 0))
            return found[i];
    return &scalar_kernel;
}

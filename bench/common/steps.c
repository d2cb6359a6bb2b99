#include "common/steps.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__x86_64__)
#include <sys/user.h>

/* Loads, stores and copies, which need no arithmetic unit. */
static int is_move(unsigned map, unsigned opcode)
{
    return map == 1 && (opcode == 0x6f || opcode == 0x7f || opcode == 0x10 || opcode == 0x11 ||
                        opcode == 0x28 || opcode == 0x29 || opcode == 0x77);
}

/* A VEX or EVEX instruction begins with the map of its opcode. */
static void classify(uint64_t code, step_count *count)
{
    unsigned char byte[8];
    unsigned map, opcode;
    memcpy(byte, &code, sizeof byte);
    if (byte[0] == 0xc5) {
        map = 1;
        opcode = byte[2];
    } else if (byte[0] == 0xc4) {
        map = byte[1] & 31;
        opcode = byte[3];
    } else if (byte[0] == 0x62) {
        map = byte[1] & 7;
        opcode = byte[4];
    } else {
        return;
    }
    if (map == 2 && opcode >= 0xf2 && opcode <= 0xf7) return; /* BMI: not of vectors */
    if (is_move(map, opcode)) return;
    count->vector++;
    if (map == 1 && ((opcode >= 0x60 && opcode <= 0x62) || (opcode >= 0x68 && opcode <= 0x6a)))
        count->shuffle++;
    if (map == 2 && opcode == 0x00) count->shuffle++;
    if (map == 1 && (opcode == 0xf5 || opcode == 0xd5)) count->multiply++;
    if (map == 2 && (opcode == 0x04 || opcode == 0x50)) count->multiply++;
}

static int look(pid_t child, step_count *count)
{
    struct user_regs_struct registers;
    if (ptrace(PTRACE_GETREGS, child, NULL, &registers) != 0) return 0;
    errno = 0;
    uint64_t code = (uint64_t)ptrace(PTRACE_PEEKTEXT, child, registers.rip, NULL);
    if (errno != 0) return 0;
    classify(code, count);
    return 1;
}
#else
static int look(pid_t child, step_count *count)
{
    (void)child;
    (void)count;
    return 1;
}
#endif

/* Stops, runs the function, stops again. */
static void be_counted(void (*function)(void *data), void *data)
{
    if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0) _exit(2);
    raise(SIGSTOP);
    function(data);
    raise(SIGSTOP);
    _exit(0);
}

/* From one stop to the next; the calls of raise around the function are counted too. */
static int follow(pid_t child, step_count *count)
{
    int state;
    for (;;) {
        if (ptrace(PTRACE_SINGLESTEP, child, NULL, NULL) != 0) return 0;
        if (waitpid(child, &state, 0) != child || !WIFSTOPPED(state)) return 0;
        if (WSTOPSIG(state) == SIGSTOP) return 1;
        if (WSTOPSIG(state) != SIGTRAP) return 0;
        count->all++;
        if (!look(child, count)) return 0;
    }
}

static int count_all(void (*function)(void *data), void *data, step_count *count)
{
    int state, fine = 0;
    memset(count, 0, sizeof *count);
    pid_t child = fork();
    if (child < 0) return 0;
    if (child == 0) be_counted(function, data);
    if (waitpid(child, &state, 0) == child && WIFSTOPPED(state)) fine = follow(child, count);
    kill(child, SIGKILL);
    waitpid(child, &state, 0);
    return fine;
}

static void nothing(void *data)
{
    (void)data;
}

int count_steps(void (*function)(void *data), void *data, step_count *count)
{
    step_count empty;
    if (!count_all(nothing, NULL, &empty) || !count_all(function, data, count)) return 0;
    count->all -= empty.all < count->all ? empty.all : count->all;
    count->vector -= empty.vector < count->vector ? empty.vector : count->vector;
    return 1;
}

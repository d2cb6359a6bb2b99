#include "interrupt.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char message[64];

/* Only calls that are safe in a handler. The signal is raised again when this returns, and by
 * then it has its default action back. */
static void on_interrupt(int number)
{
    if (write(STDERR_FILENO, message, strlen(message)) < 0) message[0] = '\0';
    raise(number);
}

void cli_interrupt_begin(const char *name)
{
    struct sigaction action;
    /* A progress bar, or the terminal's ^C, stands in the present line. */
    snprintf(message, sizeof message, "%s%s: interrupted\n", isatty(STDERR_FILENO) ? "\n" : "",
             name);
    if (sigaction(SIGINT, NULL, &action) != 0 || action.sa_handler != SIG_DFL) return;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_interrupt;
    action.sa_flags = (int)SA_RESETHAND;
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
}

static void set_mask(int how)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    sigprocmask(how, &set, NULL);
}

void cli_interrupt_hold(void)
{
    set_mask(SIG_BLOCK);
}

void cli_interrupt_release(void)
{
    set_mask(SIG_UNBLOCK);
}

"""Imported first by the server that forks whoever works apart (`bot.apart`): whoever serves people goes before them."""

import os

os.nice(10)
if hasattr(os, "SCHED_BATCH"):
    os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))  # it interrupts nobody when it wakes

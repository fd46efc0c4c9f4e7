"""The hold model in SimPy: a process for each pending event. simpy_hold.py PENDING EVENTS prints events a second."""
import random
import sys
import time

import simpy

pending = int(sys.argv[1])
events = int(sys.argv[2])
random.seed(1)
delays = [random.expovariate(1) for _ in range(65536)]
left = events
used = 0


def hold(env):
    global left, used
    while left > 0:
        left -= 1
        used += 1
        yield env.timeout(delays[used % 65536])


env = simpy.Environment()
for _ in range(pending):
    env.process(hold(env))
begin = time.perf_counter()
env.run()
print(round(events / (time.perf_counter() - begin)))

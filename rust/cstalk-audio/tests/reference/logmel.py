#!/usr/bin/env python3
"""Independent log-mel features in numpy, in double precision, for cstalk-audio's tests.

Writes log_mel.json beside this file. The tests read the numbers; they never run this script.
Run with numpy 2: python3 logmel.py
"""

import json
import pathlib

import numpy as np

RATE_HZ, HOP, WINDOW, FFT, BINS = 16000, 160, 400, 512, 80
LOW_HZ, HIGH_HZ, FLOOR = 20.0, 7600.0, 1e-5


def noise(count):
    """White noise from a linear congruential generator, the same in every language."""
    state, values = 12345, []
    for _ in range(count):
        state = (1664525 * state + 1013904223) % 2**32
        values.append(state / 2**31 - 1.0)
    return 0.1 * np.array(values)


def sweep(count):
    """Sine rising from 100 Hz by 80 Hz a millisecond at half scale."""
    time_s = np.arange(count) / RATE_HZ
    return 0.5 * np.sin(2 * np.pi * (100.0 * time_s + 0.5 * 80000.0 * time_s**2))


def voice(count):
    """Harmonics of 110 Hz that fade in."""
    time_s = np.arange(count) / RATE_HZ
    harmonics = sum(np.sin(2 * np.pi * 110.0 * k * time_s) / k for k in range(1, 40))
    return 0.2 * harmonics * np.minimum(1.0, time_s / 0.05)


def mel(hz):
    return 2595.0 * np.log10(1.0 + hz / 700.0)


def hz(mels):
    return 700.0 * (10.0 ** (mels / 2595.0) - 1.0)


def filter_bank():
    corners = hz(np.linspace(mel(LOW_HZ), mel(HIGH_HZ), BINS + 2))
    bins = np.arange(FFT // 2 + 1) * RATE_HZ / FFT
    bank = np.zeros((BINS, FFT // 2 + 1))
    for index in range(BINS):
        bank[index] = np.interp(bins, corners[index : index + 3], [0.0, 1.0, 0.0], left=0.0, right=0.0)
    return bank


def log_mel(samples):
    samples = samples.astype(np.float32).astype(np.float64)
    padded = np.concatenate([np.zeros(WINDOW - HOP), samples])
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)
    bank = filter_bank()
    rows = []
    for row in range(len(samples) // HOP):
        piece = padded[row * HOP : row * HOP + WINDOW] * window
        power = np.abs(np.fft.rfft(piece, FFT)) ** 2
        rows.append(np.log(bank @ power + FLOOR))
    return np.array(rows)


def main():
    count = 1000  # six whole hops and a remainder
    signals = {"noise": noise(count), "sweep": sweep(count), "voice": voice(count), "zeros": np.zeros(count)}
    reference = {
        name: [[round(float(value), 5) for value in row] for row in log_mel(samples)]
        for name, samples in signals.items()
    }
    path = pathlib.Path(__file__).with_name("log_mel.json")
    path.write_text(json.dumps(reference, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()

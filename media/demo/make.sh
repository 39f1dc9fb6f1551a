#!/usr/bin/env bash
# Makes the spoken notice and the video of the demo from text and from the photographs beside this file.
# Debian packages: espeak-ng, ffmpeg. The results are kept in the repository; run this only to change them.
set -euo pipefail
cd "$(dirname "$0")"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# The notice of article 18 as an officer would say it, and what was found on site.
# (The plain cmn voice of espeak-ng 1.51 spells characters out in English; the pinyin voice speaks them.)
espeak-ng -v cmn-latn-pinyin -s 200 -w "$scratch/notice.wav" "$(cat notice.txt)"
ffmpeg -y -v error -fflags +bitexact -i "$scratch/notice.wav" -ar 44100 -ac 1 \
    -c:a aac -b:a 64k -flags:a +bitexact -f adts notice-zh.aac

# Eight seconds: a slow move over two photographs, with the beginning of the notice, in fragments of one second.
ffmpeg -y -v error -fflags +bitexact \
    -loop 1 -t 4 -i photo-4-large.jpg -loop 1 -t 4 -i photo-2-casio-qv-r51.jpg -i "$scratch/notice.wav" \
    -filter_complex "
        [0:v]scale=960:540:force_original_aspect_ratio=increase,crop=640:360:x='(iw-640)*t/4':y='(ih-360)/2',setsar=1,fps=15[a];
        [1:v]scale=640:-2,crop=640:360:x=0:y='(ih-360)*t/4',setsar=1,fps=15[b];
        [a][b]concat=n=2:v=1:a=0,format=yuv420p[v]" \
    -map '[v]' -map 2:a -t 8 -c:v libx264 -profile:v baseline -crf 27 -g 15 -threads 1 -flags:v +bitexact \
    -c:a aac -b:a 64k -ar 44100 -ac 1 -flags:a +bitexact \
    -movflags frag_keyframe+empty_moov+default_base_moof -map_metadata -1 scene.mp4

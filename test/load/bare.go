package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/redis/go-redis/v9"

	"paybridge/test/load/stage"
)

func redisAddress() (string, error) {
	url := os.Getenv("TEST_REDIS_URL")
	if url == "" {
		return "", errors.New("TEST_REDIS_URL is not set: run `make bench`, which starts a Redis")
	}
	return url, nil
}

// bareHandler is the ceiling of the status queries: the command in the folder bare.
type bareHandler struct {
	*stage.Process
	Address string
}

// startBare starts a handler that answers with a document of the read model.
func (b *bench) startBare(ctx context.Context, url string) (bareHandler, error) {
	document, err := storedDocument(ctx, url)
	if err != nil {
		return bareHandler{}, err
	}
	binary, err := build(ctx, filepath.Dir(b.folder), "bare", "paybridge/test/load/bare")
	if err != nil {
		return bareHandler{}, err
	}
	address, err := stage.FreeAddress(ctx)
	if err != nil {
		return bareHandler{}, err
	}
	log, err := os.Create(filepath.Join(b.folder, "bare.log"))
	if err != nil {
		return bareHandler{}, err
	}
	process, err := stage.Launch(ctx, address, stage.Program{Binary: binary, Args: []string{address, url, document}, Dir: b.folder, Log: log})
	return bareHandler{Process: process, Address: address}, errors.Join(err, log.Close()) // the process has a copy
}

// storedDocument is the key of a status that the app has stored.
func storedDocument(ctx context.Context, url string) (_ string, err error) {
	o, err := redis.ParseURL(url)
	if err != nil {
		return "", fmt.Errorf("TEST_REDIS_URL: %w", err)
	}
	client := redis.NewClient(o)
	defer func() { err = errors.Join(err, client.Close()) }()
	all := client.Scan(ctx, 0, "paybridge:status:*", 1000).Iterator()
	if !all.Next(ctx) {
		return "", errors.Join(all.Err(), errors.New("the read model is empty"))
	}
	return all.Val(), nil
}
